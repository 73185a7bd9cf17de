-- 年度目标逐日：累计实际、进度线、线性进度、余下各日的预测路径及常见范围，供画图
-- grain: target_id, date
with version as (
    -- 年中调整的目标：之前的日子用原来的
    select
        v.target_id, v.from_on, v.growth_pct, v.target,
        coalesce(lead(v.from_on) over (partition by v.target_id order by v.from_on) - 1, c.year_end) as to_on
    from raw.plan_target_version as v
    cross join ops.context as c
), due as (
    -- 按计划完成的：到每一天为止应完成几件
    select p.target_id, k.date, sum(case when p.due_on <= k.date then p.wanted else 0 end) as due
    from mart.target_piece as p
    cross join ops.context as c
    join raw.calendar_day as k on k.date between c.year_start and c.year_end
    group by p.target_id, k.date
), day as (
    select t.target_id, p.metric, t.kind, t.pace, t.baseline, t.actual, t.forecast, t.forecast_low, t.forecast_high,
        k.date, c.plan_as_of,
        case when t.target is not null then coalesce(v.target, t.baseline * (1 + v.growth_pct / 100),
            t.target) end as target, u.due,
        (k.date - c.year_start + 1) / cast(c.year_end - c.year_start + 1 as double) as elapsed
    from mart.target_progress as t
    left join raw.plan_target as p on p.target_id = t.target_id
    cross join ops.context as c
    join raw.calendar_day as k on k.date between c.year_start and c.year_end
    left join version as v on v.target_id = t.target_id and k.date between v.from_on and v.to_on
    left join due as u on u.target_id = t.target_id and u.date = k.date
), flow as (
    -- 各流量到每一天的累计实际和累计基数
    select b.flow, b.date,
        sum(b.value) over (partition by b.flow order by b.date) as value_to_date,
        sum(b.base_or_estimate) over (partition by b.flow order by b.date) as base_to_date,
        sum(b.base_or_estimate) over (partition by b.flow) as base_total
    from staging.flow_base as b
    join ops.context as c on b.date between c.year_start and c.year_end
), event as (
    select e.target_id, k.date, count(*) filter (where e.date <= k.date) as value_to_date
    from staging.target_event as e
    join ops.context as c on e.date between c.year_start and c.plan_as_of
    join raw.calendar_day as k on k.date between c.year_start and c.plan_as_of
    group by e.target_id, k.date
), known as (
    select
        d.*,
        case when d.date > d.plan_as_of or d.actual is null then null
            when d.kind = 'stock_growth' then m.followers
            when d.kind = 'flow_growth' then f.value_to_date
            else coalesce(e.value_to_date, 0) end as so_far,
        case when u.is_usable then f.base_to_date / nullif(f.base_total, 0) end as share,
        max(case when d.date = d.plan_as_of then f.base_to_date end) over (partition by d.target_id) as base_at_as_of,
        f.base_to_date, f.base_total
    from day as d
    left join staging.main_daily as m on m.date = d.date
    left join flow as f on f.date = d.date and f.flow = d.metric
    left join staging.flow_forecast as u on u.flow = f.flow
    left join event as e on e.target_id = d.target_id and e.date = d.date
), path as (
    -- 余下日子按可比基数（没有时按天数）走到全年预测，范围同步张开
    select *,
        case when share is not null and base_total > base_at_as_of
            then (base_to_date - base_at_as_of) / (base_total - base_at_as_of)
            else (date - plan_as_of) / cast(nullif(make_date(cast(date_part('year', date) as integer), 12,
                31) - plan_as_of, 0) as double) end as travelled
    from known
)
select
    target_id,                                                                              -- 指标编号
    date,                                                                                   -- 日期
    cast(so_far as double) as actual,  -- 到当日的累计实际；粉丝为当日累积关注人数；截至日之后为空
    case when due is not null then cast(due as double) when kind = 'stock_growth' then baseline
        + (target - baseline) * elapsed
        else target * coalesce(case when pace = 'comparable'
            then share end, elapsed) end as pace,  -- 进度线：按计划写明的算法；按季、按月的为阶梯
    case when kind = 'stock_growth' then baseline + (target - baseline) * elapsed else target * elapsed end
        as linear_pace,  -- 线性进度
    case when date >= plan_as_of then actual + (forecast - actual) * travelled end as forecast,             -- 预测路径
    case when date >= plan_as_of then actual + (forecast_low - actual) * travelled end as forecast_low,  -- 常见范围下限
    case when date >= plan_as_of then actual + (forecast_high - actual) * travelled end
        as forecast_high  -- 常见范围上限
from path
