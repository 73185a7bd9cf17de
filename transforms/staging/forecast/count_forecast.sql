-- 小计数预测（Gamma–Poisson）：余下件数服从 NegBin(n + 0.5, e)，e 为已过的份额（10W+ 用阅读的 S(t)，其余用天数）
-- grain: target_id
with start as (
    select
        t.target_id, t.target, n.actual, n.actual + 0.5 as r,
        least(greatest(coalesce(case when t.target_id = 'articles_10w' then f.base_share end,
            (c.plan_as_of - c.year_start + 1) / cast(c.year_end - c.year_start + 1 as double)), 0.001), 1.0) as e
    from raw.plan_target as t
    join staging.target_count as n on n.target_id = t.target_id
    cross join ops.context as c
    left join staging.flow_forecast as f on f.flow = 'reads'
    where t.method = 'gamma_poisson' and n.actual is not null and c.plan_as_of >= c.year_start
), step as (
    select s.*, k.k, case when k.k = 0 then 0.0 else ln((k.k - 1 + s.r) / k.k) + ln(greatest(1 - s.e, 1e-12)) end as log_step
    from start as s
    cross join (select unnest(range(400)) as k) as k
), mass as (
    select *, exp(r * ln(e) + sum(log_step) over (partition by target_id order by k)) as p from step
), cumulated as (
    select *, sum(p) over (partition by target_id order by k) as cdf from mass
)
select
    target_id,                                                                          -- 指标编号
    max(e) as exposure,                                                                 -- 已过份额 e
    max(actual) + max(r) * (1 - max(e)) / max(e) as forecast,                           -- 全年预测（均值）
    case when max(cdf) >= 0.9 then max(actual) + min(k) filter (where cdf >= 0.1) end as forecast_low,   -- 常见范围下限（10 %）；年初范围宽过 400 件时两端都为空
    case when max(cdf) >= 0.9 then max(actual) + min(k) filter (where cdf >= 0.9) end as forecast_high,  -- 常见范围上限（90 %）
    case when max(actual) >= max(target) then 1.0
        else greatest(0.0, 1 - coalesce(max(cdf) filter (where k <= target - actual - 1), 0)) end as chance     -- 达成把握
from cumulated
group by target_id
