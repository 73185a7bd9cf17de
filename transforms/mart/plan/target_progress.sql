-- 年度目标进度：计划的每个指标一行，口径截至本次运行的截至日
-- grain: target_id
with figure as (
    select
        t.position, t.target_id, t.name_zh, t.kind, t.unit, t.growth_pct as wanted_growth_pct, t.definition_zh,
        case t.kind when 'stock_growth' then f.baseline when 'flow_growth' then r.baseline end as baseline,
        case t.kind when 'stock_growth' then f.actual when 'flow_growth' then r.actual else n.actual end as actual,
        t.target as planned,
        case t.kind when 'stock_growth' then 100.0 * (f.actual / nullif(f.baseline, 0) - 1)
            when 'flow_growth' then 100.0 * (r.comparable_actual / nullif(r.comparable_base, 0) - 1) end as growth_pct,
        case t.kind when 'stock_growth' then f.days_covered when 'flow_growth' then r.days_covered end as days_covered,
        r.metric_used, r.comparable_days, r.base_days, f.base_on, f.actual_on
    from raw.plan_target as t
    left join staging.target_followers as f on t.kind = 'stock_growth'
    left join staging.target_reads as r on t.kind = 'flow_growth'
    left join staging.target_count as n on n.target_id = t.target_id
), aimed as (
    select
        g.*, c.plan_year, c.as_of,
        coalesce(g.planned, g.baseline * (1 + g.wanted_growth_pct / 100)) as target,
        case when c.plan_as_of >= c.year_start then c.plan_as_of - c.year_start + 1 else 0 end as days_expected,
        (c.plan_as_of - c.year_start + 1) / cast(c.year_end - c.year_start + 1 as double) as elapsed
    from figure as g
    cross join ops.context as c
), paced as (
    -- 进度线：流量按可比基数的份额，培训按已过的季度，其余按天数
    select
        a.*, f.forecast as model_forecast, f.forecast_low, f.forecast_high, f.chance, f.required_growth_pct,
        case when a.kind = 'stock_growth' then a.baseline + (a.target - a.baseline) * a.elapsed
            when a.target_id = 'training_sessions' then a.target * floor(a.elapsed * 4 + 0.001) / 4
            else a.target * coalesce(f.base_share, a.elapsed) end as expected_by_now,
        case when a.kind = 'stock_growth' then a.baseline + (a.actual - a.baseline) / nullif(a.elapsed, 0)
            else a.actual / nullif(a.elapsed, 0) end as linear_forecast
    from aimed as a
    left join staging.forecast as f on f.target_id = a.target_id and a.actual is not null
), indexed as (
    select
        p.*,
        case when p.kind = 'stock_growth' then (p.actual - p.baseline) / nullif(p.expected_by_now - p.baseline, 0)
            else p.actual / nullif(p.expected_by_now, 0) end as pace_index
    from paced as p
)
select
    p.plan_year,                                                            -- 计划年度
    p.as_of,                                                                -- 数据截至日
    p.position,                                                             -- 次序
    p.target_id,                                                            -- 指标编号
    p.name_zh,                                                              -- 指标名称
    p.kind,                                                                 -- 类别：stock_growth 存量增长；flow_growth 流量增长；count 计数
    p.unit,                                                                 -- 单位
    p.baseline,                                                             -- 基数：粉丝为基准年末，阅读为基准年全年；计数类无
    p.target,                                                               -- 目标
    p.actual,                                                               -- 实际；没有来源时为空，不是 0
    p.growth_pct,                                                           -- 增长率（%）：粉丝对基数；阅读按可比日
    case when p.kind = 'stock_growth' then 100.0 * (p.actual - p.baseline) / nullif(p.target - p.baseline, 0)
        else 100.0 * p.actual / nullif(p.target, 0) end as progress_pct,    -- 进度（%）：粉丝为已完成的增量占目标增量，其余为实际占目标
    p.expected_by_now,                                                      -- 按进度线此时应达到
    p.pace_index,                                                           -- 进度指数 = 实际 ÷ 应达到（粉丝按增量）
    coalesce(p.model_forecast, p.linear_forecast) as forecast,              -- 全年预测；没有模型时为线性推算
    p.forecast_low,                                                         -- 预测常见范围下限（约 80 %，不是保证）
    p.forecast_high,                                                        -- 预测常见范围上限
    p.linear_forecast,                                                      -- 线性推算，供对照
    p.chance,                                                               -- 达成把握（0–1）；里程碑类不适用
    p.required_growth_pct,                                                  -- 余下时段需要的同比增长（%）；粉丝指新增关注
    case when p.actual is null then 'no_data'
        when p.target is null then 'no_baseline'
        when p.actual >= p.target then 'met'
        when coalesce(p.pace_index, 1) < 0.90 or coalesce(p.chance, 1) < 0.30 then 'behind'
        when coalesce(p.pace_index, 1) < 0.97 and coalesce(p.chance, 0) < 0.70 then 'at_risk'
        else 'on_track' end as status,                                      -- 状态：met 已达成；on_track 正常；at_risk 有风险；behind 滞后；no_baseline 无可比基数；no_data 无数据 !in(met, on_track, at_risk, behind, no_baseline, no_data)
    p.days_covered,                                                         -- 有数的天数；计数类不适用
    p.days_expected,                                                        -- 1 月 1 日至截至日的天数
    p.definition_zh,                                                        -- 口径
    concat_ws('；',
        case when p.actual is null then '没有来源数据' end,
        case when p.kind <> 'count' and p.actual is not null and p.baseline is null then '基准年没有可比数据' end,
        case when p.kind = 'flow_growth' and p.metric_used = 'readers' then '两年均按阅读人数计（平台自 2025-11 起只提供人数）' end,
        case when p.kind = 'flow_growth' and p.comparable_days is not null then '可比日 ' || cast(p.comparable_days as varchar) || ' 天' end,
        case when p.kind = 'flow_growth' and p.base_days > 0 then '基准年有数 ' || cast(p.base_days as varchar) || ' 天' end,
        case when p.kind = 'stock_growth' and p.base_on is not null then '基数取自 ' || cast(p.base_on as varchar) end,
        case when p.kind = 'stock_growth' and p.actual_on is not null then '实际取自 ' || cast(p.actual_on as varchar) end,
        case when p.actual is not null and p.target is not null and p.model_forecast is null then '预测为线性推算' end,
        case when p.actual is not null and p.as_of < make_date(p.plan_year, 3, 15) then '样本不足，预测仅供参考' end) as note_zh -- 说明
from indexed as p
order by p.position
