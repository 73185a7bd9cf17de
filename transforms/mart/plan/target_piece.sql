-- 按计划完成的指标，一段一行：每季一段，或计划的每个月份一段。应完成几件、已完成几件、到期日
-- grain: target_id, due_on
with month as (
    select m.target_id, m.month, t.pace, n.target, n.actual, c.year_start, c.plan_as_of, max(k.date) as due_on,
        ceil(round(n.target * sum(max(m.share)) over (partition by m.target_id order by m.month), 6)) as wanted_to_date
    from raw.plan_target_month as m
    join raw.plan_target as t on t.target_id = m.target_id
    join staging.target_figure as n on n.target_id = m.target_id
    cross join ops.context as c
    join raw.calendar_day as k on k.year = c.plan_year and k.month = m.month
    group by m.target_id, m.month, t.pace, n.target, n.actual, c.year_start, c.plan_as_of
), piece as (
    select
        *, wanted_to_date - lag(wanted_to_date, 1, 0) over (partition by target_id order by due_on) as wanted,
        lag(due_on) over (partition by target_id order by due_on) as previous_due_on
    from month
), counted as (
    select
        p.target_id, p.month, p.pace, p.due_on, p.wanted, p.wanted_to_date, p.actual, p.plan_as_of, count(e.event_id)
            as events
    from piece as p
    left join staging.target_event as e
        on e.target_id = p.target_id and e.date >= coalesce(p.previous_due_on + 1, p.year_start)
            and e.date <= least(p.due_on, p.plan_as_of)
    group by p.target_id, p.month, p.pace, p.due_on, p.wanted, p.wanted_to_date, p.actual, p.plan_as_of
)
select
    target_id,                                                          -- 指标编号
    due_on,                                                             -- 到期日：该季或该月的最后一天
    case when pace = 'quarters' then substr('一二三四', cast(month / 3 as integer), 1) || '季度'
        else cast(month as varchar) || '月' end as piece_zh,            -- 名称：一季度、11月
    cast(wanted as bigint) as wanted,                                   -- 应完成的件数
    case when actual is null then null when pace = 'quarters' then events end
        as events,  -- 按季的：该季的件数，可多于应完成的
    cast(case when actual is null then null when pace = 'quarters' then least(events, wanted)
        else greatest(0, least(wanted,
            actual - (wanted_to_date - wanted))) end as bigint)
                as done,  -- 已完成的件数；按季的只计该季的，按月的依次抵充
    due_on <= plan_as_of as is_over                                     -- 是否已过到期日
from counted
