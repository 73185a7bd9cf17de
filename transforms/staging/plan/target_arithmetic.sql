-- 年度目标的算式：增长、目标、进度、应达到、预测各怎样得来，写成一段。每个指标一行
-- grain: target_id
select
    f.target_id,                                    -- 指标编号
    concat_ws('；',
        case when f.kind = 'stock_growth' and f.growth_pct is not null
            then '增长率 = ' || grouped(f.actual) || ' ÷ 基数' || grouped(f.baseline) || ' − 1 = '
                || one_decimal(f.growth_pct) || '%' end,
        case when f.kind = 'flow_growth' and f.growth_pct is not null
            then '增长率 = 可比日' || cast(f.comparable_days as varchar) || '天：' || grouped(f.comparable_actual)
                || ' ÷ '
                || grouped(f.comparable_base) || ' − 1 = ' || one_decimal(f.growth_pct) || '%' end,
        case when f.kind <> 'count' and f.target is not null
            then '目标 = 基数' || grouped(f.baseline) || ' × (1 + ' || one_decimal(f.wanted_growth_pct) || '%) = '
                || grouped(ceil(round(f.target, 6))) end,
        case when f.kind = 'flow_growth' and f.base_days > 0 then '基数为上年' || cast(f.base_days as varchar)
            || '天合计' end,
        case when f.kind = 'stock_growth' and f.actual is not null and f.target > f.baseline
            then '增量完成率 = (' || grouped(f.actual) || ' − ' || grouped(f.baseline) || ') ÷ ('
                || grouped(ceil(round(f.target, 6))) || ' − '
                || grouped(f.baseline) || ') = '
                    || one_decimal(100.0 * (f.actual - f.baseline) / (f.target - f.baseline)) || '%' end,
        case when f.kind <> 'stock_growth' and f.actual is not null and f.target > 0
            then '进度 = ' || grouped(f.actual) || ' ÷ ' || grouped(ceil(round(f.target, 6))) || ' = '
                || one_decimal(100.0 * f.actual / f.target) || '%' end,
        case when f.actual is not null and p.expected_by_now is not null
            then '此时应达到' || plain_number(p.expected_by_now) || case when p.base_share is not null
                then '（按上年可比日的份额）'
                when f.pace = 'quarters' then '（按已过的季度）' when f.pace = 'scheduled' then '（按计划月份）'
                    else '（按天数）' end
                || case when p.pace_index is null then '' else '，进度指数' || one_decimal(100 * p.pace_index)
                    || '%' end end,
        case when p.forecast_low is not null
            then '全年预测' || grouped(p.model_forecast) || '（常见范围' || grouped(p.forecast_low) || '至'
                || grouped(p.forecast_high) || '）' end,
        case when p.linear_forecast is not null and g.told_by = 'rate' then '按时间平均推算全年'
            || grouped(p.linear_forecast) end,
        case when f.actual is null then '没有数据，不计算' end) as arithmetic_zh   -- 算式
from staging.target_figure as f
join staging.target_pace as p on p.target_id = f.target_id
join staging.target_gap as g on g.target_id = f.target_id
