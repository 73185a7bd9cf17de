-- 每个指标的预测：粉丝由新增与取消两个流量合成，阅读和报道为流量法，小计数为 Gamma–Poisson，里程碑类只看线性进度
-- grain: target_id
with level as (
    -- 范围为两个流量各自半宽的平方和开方：偏高一侧是新增偏多、取消偏少，偏低一侧相反
    select
        t.target_id, f.actual, f.baseline * (1 + t.growth_pct / 100) as target, f.actual + n.remaining - l.remaining
            as forecast,
        sqrt(pow(n.remaining_high - n.remaining, 2) + pow(l.remaining - l.remaining_low, 2)) as above,
        sqrt(pow(n.remaining - n.remaining_low, 2) + pow(l.remaining_high - l.remaining, 2)) as below,
        case when n.is_usable then 100.0 * ((f.baseline * (1 + t.growth_pct / 100) - f.actual
            + l.remaining) / nullif(n.remainder, 0) - 1)
            end as required_growth_pct
    from raw.plan_target as t
    cross join staging.target_followers as f
    left join staging.flow_forecast as n on n.flow = 'new_followers'
    left join staging.flow_forecast as l on l.flow = 'lost_followers'
    where t.method = 'two_flows'
), flow as (
    select
        t.target_id, coalesce(t.target, a.baseline * (1 + t.growth_pct / 100)) as target, r.to_date, r.remainder,
            r.remaining,
        r.remaining_low, r.remaining_high, r.spread, r.is_usable, r.base_share
    from raw.plan_target as t
    join staging.flow_forecast as r on r.flow = case when t.metric = 'readers' then 'reads' else t.metric end
    left join staging.target_reads as a on t.metric = a.metric
    where t.method = 'flow'
)
select
    target_id,                                                                  -- 指标编号
    forecast,                                                                   -- 全年预测
    forecast - below as forecast_low,  -- 常见范围下限（约八成情形落在两端之间）
    forecast + above as forecast_high,                                          -- 常见范围上限
    case when actual >= target then 1.0
        when above > 0 then normal_cdf(1.2816 * (forecast - target) / case when forecast < target then above
            else below end)
        when forecast >= target then 1.0
        when forecast < target then 0.0 end as chance,                          -- 达成把握（0–1）；已达到为 1
    required_growth_pct,  -- 余下时段需要的同比增长（%）；粉丝指新增关注
    cast(null as double) as base_share                                          -- 可比基数到今天的份额，用作进度线
from level
union all
select
    target_id, to_date + remaining, to_date + remaining_low, to_date + remaining_high,
        reach_chance(target - to_date, remaining, spread),
    case when is_usable then 100.0 * ((target - to_date) / nullif(remainder, 0) - 1) end, base_share
from flow
union all
select target_id, forecast, forecast_low, forecast_high, chance, null, null from staging.count_forecast
