-- 年度目标的进度与状态：按计划写明的算法此时应达到多少，据此评判。每个指标一行
-- grain: target_id
with planned as (
    select
        target_id, sum(wanted) filter (where is_over) as expected, sum(done) filter (where is_over) as done,
        sum(done) as done_in_all, sum(wanted) as wanted_in_all
    from mart.target_piece
    group by target_id
), paced as (
    select
        a.*, f.forecast as model_forecast, f.forecast_low, f.forecast_high, f.chance, f.required_growth_pct,
        case when a.pace = 'comparable' then f.base_share end as base_share, p.done as planned_done, p.done_in_all,
            p.wanted_in_all,
        case when a.pace in ('quarters', 'scheduled') then cast(coalesce(p.expected, 0) as double) when a.target is null
            then null
            when a.kind = 'stock_growth' then a.baseline + (a.target - a.baseline) * a.elapsed
            else a.target * coalesce(case when a.pace = 'comparable' then f.base_share end, a.elapsed) end
                as expected_by_now,
        case when a.kind = 'stock_growth' then a.baseline + (a.actual - a.baseline) / nullif(a.elapsed, 0)
            else a.actual / nullif(a.elapsed, 0) end as linear_forecast
    from staging.target_figure as a
    left join staging.forecast as f on f.target_id = a.target_id and a.actual is not null
    left join planned as p on p.target_id = a.target_id
), indexed as (
    select
        *,
        case when kind = 'stock_growth' then (actual - baseline) / nullif(expected_by_now - baseline, 0)
            when pace = 'quarters' then planned_done / nullif(expected_by_now, 0)
            else actual / nullif(expected_by_now, 0) end as pace_index,
        actual >= target and (pace <> 'quarters' or done_in_all >= wanted_in_all) as is_met
    from paced
), judged as (
    -- 按计划完成的只看到期的部分；应完成的不足一件时，进度说明不了问题
    select
        *, case when kind = 'count' and expected_by_now < 1 then 1.0 else coalesce(pace_index, 1.0) end as pace_judged,
        case when pace not in ('quarters', 'scheduled') then chance end as chance_judged
    from indexed
), verdict as (
    select
        *,
        case when actual is null then 'no_data' when target is null then 'no_baseline' when is_met then 'met'
            when is_thin then 'incomplete'
            when days_left <= 0 then 'behind'
            when pace_judged < 0.90 or coalesce(chance_judged, 1) < 0.30 then 'behind'
            when pace_judged < 0.97 and coalesce(chance_judged, 0) < 0.70 then 'at_risk'
            else 'on_track' end as status
    from judged
)
select
    target_id,                                              -- 指标编号
    status,                                                 -- 状态
    expected_by_now,                                        -- 按进度此时应达到
    pace_index,                                             -- 进度指数
    base_share,                                             -- 上年可比日到此时的份额；不按可比日的为空
    case when status not in ('no_baseline', 'incomplete') then model_forecast end
        as model_forecast,  -- 模型的全年预测；数据不足时为空
    case when status not in ('no_baseline', 'incomplete') then forecast_low end as forecast_low,  -- 常见范围下限
    case when status not in ('no_baseline', 'incomplete') then forecast_high end as forecast_high,  -- 常见范围上限
    case when status not in ('no_baseline', 'incomplete') then linear_forecast end as linear_forecast,  -- 线性推算
    case when status not in ('no_baseline', 'incomplete') then chance end as chance,  -- 达成把握
    case when status not in ('no_baseline', 'incomplete') then required_growth_pct end
        as required_growth_pct  -- 余下时段需要的同比增长（%）
from verdict
