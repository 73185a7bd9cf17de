-- 近 28 天的速度：每个指标日均多少
-- grain: target_id
with level as (
    select
        max(d.date) as known_on, max_by(d.followers, d.date) as followers,
        max(d.date) filter (where d.date <= f.actual_on - 28) as earlier_on,
        max_by(d.followers, d.date) filter (where d.date <= f.actual_on - 28) as earlier
    from staging.main_daily as d
    join staging.target_followers as f on d.date <= f.actual_on
    where d.followers is not null
), flow as (
    select sum(r.value) / nullif(cast(count(r.value) as double), 0) as per_day
    from staging.read_daily as r
    join ops.context as c on r.date between c.plan_as_of - 27 and c.plan_as_of
), event as (
    select e.target_id, count(*) / 28.0 as per_day
    from staging.target_event as e
    join ops.context as c on e.date between c.plan_as_of - 27 and c.plan_as_of
    group by e.target_id
)
select
    t.target_id,                                            -- 指标编号
    case t.kind when 'stock_growth' then (l.followers - l.earlier) / nullif(cast(l.known_on - l.earlier_on as double),
        0)
        when 'flow_growth' then f.per_day
        else coalesce(e.per_day, 0.0) end as recent_daily   -- 近 28 天日均；没有数据为空
from raw.plan_target as t
cross join level as l
cross join flow as f
left join event as e on e.target_id = t.target_id
