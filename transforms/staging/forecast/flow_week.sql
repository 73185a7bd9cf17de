-- 完整周的同比：七天两边都有数的周，本周合计与可比周合计之比的对数
-- grain: flow, week_start
select
    flow,                                           -- 序列
    week_start,                                     -- 周一
    sum(value) as current_value,                    -- 本周合计
    sum(base_value) as base_value,                  -- 可比周合计
    ln(sum(value) / sum(base_value)) as log_ratio,  -- 对数比
    row_number() over (partition by flow order by week_start desc) as age   -- 距今第几周
from staging.flow_base
where value is not null and base_value is not null
group by flow, week_start
having count(*) = 7 and sum(value) > 0 and sum(base_value) > 0
