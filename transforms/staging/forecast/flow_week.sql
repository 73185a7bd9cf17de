-- 完整周：七天都有数的周，本周合计，及与可比周合计之比的对数；含特殊时段的周不计
-- grain: flow, week_start
with week as (
    select
        flow, week_start, sum(value) as current_value,
        case when count(base_value) = 7 then sum(base_value) end as base_value
    from staging.flow_base
    where value is not null
    group by flow, week_start
    having count(*) = 7 and count(*) filter (where is_flagged) = 0
), logged as (
    select
        *, case when current_value > 0 then ln(current_value) end as log_level,
        case when current_value > 0 and base_value > 0 then ln(current_value / base_value) end as log_ratio
    from week
)
select
    flow,                                           -- 序列
    week_start,                                     -- 周一
    current_value,                                  -- 本周合计
    base_value,                                     -- 可比周合计；七天不全有可比基数的为空
    log_level,                                      -- 本周合计的对数；合计为 0 的为空
    log_ratio,                                      -- 本周与可比周之比的对数；任一边为 0 或不全的为空
    case when log_level is not null
        then row_number() over (partition by flow, log_level is null
            order by week_start desc) end as level_age,  -- 有对数的周里，距今第几周
    case when log_ratio is not null
        then row_number() over (partition by flow, log_ratio is null
            order by week_start desc) end as age  -- 有对数比的周里，距今第几周
from logged
