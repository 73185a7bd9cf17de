-- 每个指标的预测：粉丝由新增与取消两个流量合成，阅读和报道为流量法，小计数为 Gamma–Poisson，里程碑类只看线性进度
-- grain: target_id
with level as (
    select
        t.target_id, f.actual as to_date, f.baseline * (1 + t.growth_pct / 100) as target,
        n.remaining - l.remaining as remaining, sqrt(n.half_width * n.half_width + l.half_width * l.half_width) as half_width,
        case when n.is_usable then 100.0 * ((f.baseline * (1 + t.growth_pct / 100) - f.actual + l.remaining) / nullif(n.remainder, 0) - 1)
            end as required_growth_pct,
        cast(null as double) as base_share
    from raw.plan_target as t
    cross join staging.target_followers as f
    left join staging.flow_forecast as n on n.flow = 'new_followers'
    left join staging.flow_forecast as l on l.flow = 'lost_followers'
    where t.method = 'two_flows'
), flow as (
    select
        t.target_id, r.to_date, coalesce(t.target, a.baseline * (1 + t.growth_pct / 100)) as target, r.remaining, r.half_width,
        case when r.is_usable then 100.0 * ((coalesce(t.target, a.baseline * (1 + t.growth_pct / 100)) - r.to_date) / nullif(r.remainder, 0) - 1)
            end as required_growth_pct,
        r.base_share
    from raw.plan_target as t
    join staging.flow_forecast as r on r.flow = case when t.metric = 'reads' then 'reads' else t.target_id end
    left join staging.target_reads as a on t.metric = 'reads'
    where t.method = 'flow'
), united as (
    select * from level
    union all
    select * from flow
)
select
    target_id,                                                                  -- 指标编号
    to_date + remaining as forecast,                                            -- 全年预测
    to_date + remaining - half_width as forecast_low,                           -- 常见范围下限
    to_date + remaining + half_width as forecast_high,                          -- 常见范围上限
    case when half_width > 0 then normal_cdf((to_date + remaining - target) / (half_width / 1.2816))
        when to_date + remaining >= target then 1.0
        when to_date + remaining < target then 0.0 end as chance,               -- 达成把握（0–1）
    required_growth_pct,                                                        -- 余下时段需要的同比增长（%）；粉丝指新增关注
    base_share                                                                  -- 可比基数到今天的份额，用作进度线
from united
union all
select target_id, forecast, forecast_low, forecast_high, chance, null, null from staging.count_forecast
