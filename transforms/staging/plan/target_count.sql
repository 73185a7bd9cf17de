-- 计数类目标的现值：本年度截至日内的事件数；来源没来过则为空
-- grain: target_id
with counted as (
    select e.target_id, count(*) as events, max(e.date) as last_on
    from staging.target_event as e
    join ops.context as c on e.date between c.year_start and c.plan_as_of
    group by e.target_id
)
select
    t.target_id,                                                                                -- 指标编号
    cast(case when s.metric is not null then coalesce(n.events, 0) end as double) as actual,             -- 现值
    n.last_on as actual_on                                                                      -- 最近一件的日期
from raw.plan_target as t
left join staging.target_source as s on s.metric = t.metric
left join counted as n on n.target_id = t.target_id
where t.kind = 'count'
