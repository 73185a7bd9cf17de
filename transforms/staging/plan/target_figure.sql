-- 年度目标的数字：基数、目标、实际、覆盖天数，及数据够不够评判。每个指标一行
-- grain: target_id
with base as (
    -- 基准年的可比日有几天有数
    select count(*) as days, count(r.value) as known
    from (select distinct d.comparable_on from raw.calendar_day as d join ops.context as c on d.year = c.plan_year) as k
    left join staging.read_daily as r on r.date = k.comparable_on
), figure as (
    select
        t.position, t.target_id, t.kind, t.unit, t.pace, t.growth_pct as wanted_growth_pct, t.target as planned,
        case t.kind when 'stock_growth' then f.baseline when 'flow_growth' then r.baseline end as baseline,
        case t.kind when 'stock_growth' then f.actual when 'flow_growth' then r.actual else n.actual end as actual,
        case t.kind when 'stock_growth' then 100.0 * (f.actual / nullif(f.baseline, 0) - 1)
            when 'flow_growth' then 100.0 * (r.comparable_actual / nullif(r.comparable_base, 0) - 1) end as growth_pct,
        case t.kind when 'stock_growth' then f.days_covered when 'flow_growth' then r.days_covered end as days_covered,
        r.metric_used, r.comparable_days, r.comparable_actual, r.comparable_base, r.base_days, f.base_on, f.actual_on,
        t.target is null and t.growth_pct is null as is_unplanned,
        t.kind = 'flow_growth' and coalesce(b.known < 0.8 * b.days, true) as is_base_thin
    from raw.plan_target as t
    cross join base as b
    left join staging.target_followers as f on t.kind = 'stock_growth'
    left join staging.target_reads as r on t.kind = 'flow_growth'
    left join staging.target_count as n on n.target_id = t.target_id
), aimed as (
    select
        g.*, c.plan_as_of, c.year_end,
        case when g.kind = 'count' then g.planned when not g.is_base_thin
            then g.baseline * (1 + g.wanted_growth_pct / 100) end as target,
        case when c.plan_as_of >= c.year_start then c.plan_as_of - c.year_start + 1 else 0 end as days_expected,
        (c.plan_as_of - c.year_start + 1) / cast(c.year_end - c.year_start + 1 as double) as elapsed
    from figure as g
    cross join ops.context as c
)
select
    position,                       -- 次序
    target_id,                      -- 指标编号
    kind,                           -- 类别：stock_growth 存量增长；flow_growth 流量增长；count 计数
    unit,                           -- 单位
    pace,  -- 进度的算法：comparable 按可比日；linear 按天数；quarters 按季；scheduled 按计划月份
    wanted_growth_pct,              -- 计划要求的增长率（%）
    baseline,                       -- 基数
    target,                         -- 目标；基准年数据不足为空
    actual,                         -- 实际；没有来源时为空
    growth_pct,                     -- 增长率（%）
    days_covered,                   -- 有数的天数；计数类不适用
    days_expected,                  -- 1 月 1 日至截至日的天数
    elapsed,                        -- 全年已过的份额
    year_end - plan_as_of as days_left,     -- 全年还剩的天数
    plan_as_of,                     -- 计划年度内的截至日
    metric_used,                    -- 阅读所用的指标
    comparable_days,                -- 可比日天数
    comparable_actual,              -- 可比日：本年合计
    comparable_base,                -- 可比日：基准年合计
    base_days,                      -- 基准年有数的天数
    base_on,                        -- 粉丝基数取自哪一天
    actual_on,                      -- 粉丝现值取自哪一天
    is_unplanned,                   -- 该年度还没有计划，没有目标可评判
    is_base_thin,                   -- 基准年的可比日不足八成有数
    case kind when 'flow_growth' then coalesce(days_covered < 0.8 * days_expected, true)
        when 'stock_growth' then coalesce(actual_on < plan_as_of - 14, true)
        else false end as is_thin   -- 本年数据不足以评判：阅读不足八成的天数有数，粉丝最近一天早于截至日 14 天以上
from aimed
