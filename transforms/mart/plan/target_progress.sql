-- 年度目标进度：计划的每个指标一行，口径截至本次运行的截至日
-- grain: target_id
select
    c.plan_year,                                                            -- 计划年度
    c.as_of,                                                                -- 数据截至日
    f.position,                                                             -- 次序
    f.target_id,                                                            -- 指标编号
    t.name_zh,                                                              -- 指标名称
    f.kind,  -- 类别：stock_growth 存量增长；flow_growth 流量增长；count 计数
    f.unit,                                                                 -- 单位
    f.baseline,  -- 基数：粉丝为基准年末，阅读为基准年全年；计数类无
    f.target,                                                               -- 目标；无可比基数为空
    f.actual,                                                               -- 实际；没有来源时为空，不是 0
    f.growth_pct,                                                           -- 增长率（%）：粉丝对基数；阅读按可比日
    case when f.kind = 'stock_growth' then 100.0 * (f.actual - f.baseline) / nullif(f.target - f.baseline, 0)
        else 100.0 * f.actual / nullif(f.target, 0) end
            as progress_pct,  -- 完成率（%）：粉丝为已完成的增量占目标增量，其余为实际占目标
    100.0 * f.actual / nullif(f.target, 0) as attained_pct,  -- 进度（%）：实际 ÷ 目标，各类指标同一算法
    case when f.kind = 'stock_growth' then 100.0 * (f.actual - f.baseline) / nullif(f.target - f.baseline, 0) end
            as gain_pct,  -- 增量完成率（%）：已完成的增量占目标增量；只有存量增长类指标有
    p.expected_by_now,                                                      -- 按计划的进度此时应达到
    p.pace_index,  -- 进度指数 = 实际 ÷ 应达到（粉丝按增量；按季的只计每季应完成的）
    f.pace,  -- 进度的算法：comparable 按可比日；linear 按天数；quarters 按季；scheduled 按计划月份
    coalesce(p.model_forecast, p.linear_forecast) as forecast,  -- 全年预测；没有模型时为线性推算；数据不足以评判时为空
    p.forecast_low,                                                         -- 预测常见范围下限（约 80 %，不是保证）
    p.forecast_high,                                                        -- 预测常见范围上限
    p.linear_forecast,                                                      -- 线性推算，供对照
    p.chance,                                                               -- 达成把握（0–1）；里程碑类不适用
    p.required_growth_pct,  -- 余下时段需要的同比增长（%）；粉丝指新增关注
    p.status,  /* 状态：met 已达成；on_track 正常；at_risk 有风险；behind 滞后；incomplete 数据不全；
        no_baseline 无可比基数；no_data 无数据 !in(met, on_track, at_risk, behind, incomplete, no_baseline, no_data) */
    f.days_covered,                                                         -- 有数的天数；计数类不适用
    f.days_expected,                                                        -- 1 月 1 日至截至日的天数
    t.definition_zh,                                                        -- 口径
    s.verdict_zh,  -- 评语：一句话（不含指标名称），增长、差额、须怎样、近况、展望；邮件、看板、Word 和工作台同用
    a.arithmetic_zh,  -- 算式：增长、目标、进度、应达到、预测各怎样得来
    g.gap,                                                                  -- 距目标还差（目标向上取整）；已达到为 0
    f.days_left,                                                            -- 全年还剩的天数
    g.daily_need,  -- 余下每天须多少；没有差额或没有余下的日子为空
    g.recent_daily,                                                         -- 近 28 天日均
    concat_ws('；',
        case when f.is_unplanned then '本年度尚无计划' end,
        case when f.actual is null then '没有来源数据' end,
        case when f.kind <> 'count' and f.actual is not null and (f.baseline is null or f.is_base_thin)
            and not f.is_unplanned then '基准年没有可比数据' end,
        case when f.kind = 'flow_growth' and f.metric_used = 'readers'
            then '两年均按阅读人数计（平台自2025年11月起只提供人数）' end,
        case when f.kind = 'flow_growth' and f.comparable_days is not null then '可比日'
            || cast(f.comparable_days as varchar) || '天' end,
        case when f.kind = 'flow_growth' and f.base_days > 0 then '基准年有数' || cast(f.base_days as varchar)
            || '天' end,
        case when r.days_repaired > 0 then '基期有' || cast(r.days_repaired as varchar) || '天按前年同期修正' end,
        case when r.days_estimated > 0 then '余下日子的基期有' || cast(r.days_estimated as varchar)
            || '天按前后各四周推估' end,
        case when f.kind = 'stock_growth' and f.base_on is not null then '基数取自'
            || dated(f.base_on, c.plan_year) end,
        case when f.kind = 'stock_growth' and f.actual_on is not null then '实际取自'
            || dated(f.actual_on, c.plan_year) end,
        case when p.linear_forecast is not null and f.target is not null and p.model_forecast is null
            then '预测按目前进度推算' end,
        case when f.actual is not null and c.as_of < make_date(c.plan_year, 3, 15) then '样本不足，预测仅供参考' end)
            as note_zh  -- 说明
from staging.target_figure as f
join raw.plan_target as t on t.target_id = f.target_id
join staging.target_pace as p on p.target_id = f.target_id
join staging.target_gap as g on g.target_id = f.target_id
join staging.target_sentence as s on s.target_id = f.target_id
join staging.target_arithmetic as a on a.target_id = f.target_id
left join staging.flow_forecast as r on f.kind = 'flow_growth' and r.flow = 'reads'
cross join ops.context as c
order by f.position
