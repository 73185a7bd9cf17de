-- 逐月与基准年相比：1、2 月合为一行（春节移动，单月不可比）。可比日同比看增长，日历同比只供对照；
-- 任一边缺数的日子两边都不计
-- grain: flow, period_start
with day as (
    select
        b.flow, b.date, make_date(c.plan_year, case when k.month = 2 then 1 else cast(k.month as integer) end, 1)
            as period_start,
        b.value, b.base_value, b.base_kind, y.value as calendar_base
    from staging.flow_base as b
    join ops.context as c on b.date between c.year_start and c.plan_as_of
    join raw.calendar_day as k on k.date = b.date
    left join raw.calendar_day as s on s.year = c.base_year and s.month = k.month
        and date_part('day', s.date) = date_part('day', k.date)
    left join staging.flow_daily as y on y.flow = b.flow and y.date = s.date
), period as (
    select
        flow, period_start, max(date) as last_on, sum(value) as value, count(value) as days,
        sum(value) filter (where base_value is not null) as comparable_value, sum(base_value)
            filter (where value is not null) as comparable_base,
        count(*) filter (where value is not null and base_value is not null) as comparable_days,
        count(*) filter (where value is not null and base_kind = 'repaired') as repaired_days,
        sum(value) filter (where calendar_base is not null) as calendar_value, sum(calendar_base)
            filter (where value is not null) as calendar_base
    from day
    group by flow, period_start
)
select
    flow,  /* 序列：reads 阅读；new_followers 新增关注；lost_followers 取消关注；其余为计数指标所数的事，
        如 publications 正面报道 */
    period_start,                                                                       -- 期间首日
    case when date_part('month', period_start) = 1 then '1–2 月'
        else cast(date_part('month', period_start) as varchar) || ' 月' end as period_zh,   -- 期间
    last_on,                                                                            -- 算到哪一天
    value,                                                                              -- 本期合计；没有数据为空
    days,                                                                               -- 有数的天数
    comparable_value,                                                                   -- 可比日本期合计
    comparable_base,  -- 可比日基准年合计（特殊时段已修补）
    comparable_days,                                                                    -- 可比的天数
    repaired_days,                                                                      -- 其中基数修补过的天数
    100.0 * (comparable_value / nullif(comparable_base, 0) - 1) as growth_pct,          -- 同比（%，可比日）
    100.0 * (calendar_value / nullif(calendar_base, 0) - 1)
        as calendar_growth_pct  -- 同比（%，同月同日；受春节移动和星期影响）
from period
where days > 0
