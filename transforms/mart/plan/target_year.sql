-- 各年度目标的评判：每个有计划的年度、每个指标一行；往年的截至该年 12 月 31 日，本年的截至本次运行
-- grain: plan_year, target_id
select
    y.plan_year,                -- 计划年度
    y.as_of,                    -- 数据截至日：往年的为该年 12 月 31 日
    true as is_closed,          -- 年度是否已结束
    y.position,                 -- 次序
    y.target_id,                -- 指标编号
    y.name_zh,                  -- 指标名称
    y.kind,                     -- 类别
    y.unit,                     -- 单位
    y.baseline,                 -- 基数
    y.target,                   -- 目标
    y.actual,                   -- 实际；没有来源时为空
    y.growth_pct,               -- 增长率（%）
    y.progress_pct,             -- 完成率（%）：粉丝为已完成的增量占目标增量，其余为实际占目标
    100.0 * y.actual / nullif(y.target, 0) as attained_pct,  -- 进度（%）：实际 ÷ 目标
    case when y.kind = 'stock_growth' then y.progress_pct end as gain_pct,  -- 增量完成率（%）；只有存量增长类指标有
    y.status,  -- 状态：同 mart.target_progress !in(met, on_track, at_risk, behind, incomplete, no_baseline, no_data)
    y.days_covered,             -- 有数的天数；计数类不适用
    y.days_expected,            -- 天数
    y.verdict_zh                -- 评语
from ops.target_year as y
join ops.context as c on y.plan_year < c.plan_year
union all
select
    p.plan_year, least(p.as_of, c.year_end), p.as_of >= c.year_end, p.position, p.target_id, p.name_zh, p.kind, p.unit,
        p.baseline, p.target, p.actual,
    p.growth_pct, p.progress_pct, p.attained_pct, p.gain_pct, p.status, p.days_covered, p.days_expected, p.verdict_zh
from mart.target_progress as p
cross join ops.context as c
