-- 每一天的可比基数：已知；特殊时段按前一年修补；没有的，预测余量时用前后 28 天（特殊时段为其前后）的中位数估计，
-- 不进入增长率
-- grain: flow, date
with span as (
    select s.flow, k.date, k.comparable_on, k.week_start
    from (select distinct flow from staging.flow_daily) as s
    cross join ops.context as c
    join raw.calendar_day as k on k.date between make_date(c.base_year, 1, 1) and c.year_end
), flagged as (
    select k.date, min(a.from_on) as from_on, max(a.to_on) as to_on
    from raw.calendar_day as k
    join raw.plan_annotation as a on a.affects_base and k.date between a.from_on and a.to_on
    group by k.date
), level as (
    -- 基准年相对前一年的水平：未标注日子的对数比的中位数
    select y.flow, exp(median(ln(y.value / p.value))) as factor
    from staging.flow_daily as y
    join raw.calendar_day as k on k.date = y.date
    join ops.context as c on k.year = c.base_year
    join staging.flow_daily as p on p.flow = y.flow and p.date = k.comparable_on
    left join flagged as f on f.date = y.date
    where f.date is null and y.value > 0 and p.value > 0
    group by y.flow
), known as (
    select
        s.flow, s.date, s.comparable_on, s.week_start, t.date is not null as is_flagged,
        coalesce(f.from_on, s.comparable_on) as near_from, coalesce(f.to_on, s.comparable_on) as near_to,
        case when f.date is null then b.value end as known_value,
        -- 到 1/65536：这样的数相加没有舍入，先加谁都一样，重建才与逐夜所得逐位相同
        case when f.date is not null then round(e.value * l.factor * 65536) / 65536 end as repaired_value
    from span as s
    left join flagged as f on f.date = s.comparable_on
    left join flagged as t on t.date = s.date
    left join staging.flow_daily as b on b.flow = s.flow and b.date = s.comparable_on
    left join raw.calendar_day as k on k.date = s.comparable_on
    left join staging.flow_daily as e on e.flow = s.flow and e.date = k.comparable_on
    left join level as l on l.flow = s.flow
), near as (
    select n.flow, n.date, median(d.value) as estimate
    from known as n
    join staging.flow_daily as d on d.flow = n.flow and d.date between n.near_from - 28 and n.near_to + 28
    left join flagged as f on f.date = d.date
    where n.known_value is null and n.repaired_value is null and f.date is null
    group by n.flow, n.date
)
select
    n.flow,                                                                     -- 序列
    n.date,                                                                     -- 日期
    n.comparable_on,                                                            -- 可比日
    n.week_start,                                                               -- 所在周的周一
    d.value,                                                                    -- 当日数值，空为没有数据
    n.is_flagged,                                                               -- 当日是否在特殊时段（affects_base）内
    coalesce(n.known_value, n.repaired_value) as base_value,                    -- 可比日数值（已修补）
    coalesce(n.known_value, n.repaired_value, e.estimate) as base_or_estimate,  -- 可比日数值或估计
    case when n.known_value is not null then 'known' when n.repaired_value is not null then 'repaired'
        when e.estimate is not null then 'estimated' else 'none' end as base_kind   -- 基数来历
from known as n
left join staging.flow_daily as d on d.flow = n.flow and d.date = n.date
left join near as e on e.flow = n.flow and e.date = n.date
