-- 小计数预测（Gamma–Poisson）：余下件数约为 f × NegBin(r/f, p)；基准年算三分之一年的经验，f 为成批出现的程度。
-- 本年度尚无一条记录的不预测
-- grain: target_id
with event as (
    select target_id, date from staging.target_event
), seen as (
    -- 本年度有记录的指标；10W+ 的记录也包括自有账号本年度发布的文章
    select e.target_id from event as e join ops.context as c on e.date between c.year_start and c.plan_as_of
    union
    select t.target_id
    from raw.plan_target as t
    cross join staging.article_version as a
    join ops.context as c on a.published_on between c.year_start and c.plan_as_of
    where t.metric = 'articles'
), base as (
    -- 基准年没有一条记录的，当作不知道，不当作 0
    select e.target_id, count(*) as events from event as e join ops.context as c
        on e.date >= make_date(c.base_year, 1, 1) and e.date < c.year_start
    group by e.target_id
), start as (
    select
        t.target_id, t.target, n.actual, c.plan_as_of, coalesce(b.events, 0) as base_events,
        case when b.events > 0 then 0.3 else 0.0 end as base_years,
        least(13, floor((c.plan_as_of - case when b.events > 0 then make_date(c.base_year, 1, 1) else c.year_start end
            + 1) / 28)) as periods,
        least(greatest(coalesce(case when t.metric = 'articles' then f.base_share end,
            (c.plan_as_of - c.year_start + 1) / cast(c.year_end - c.year_start + 1 as double)), 0.001), 1.0) as exposure
    from raw.plan_target as t
    join staging.target_count as n on n.target_id = t.target_id
    join seen as s on s.target_id = t.target_id
    cross join ops.context as c
    left join base as b on b.target_id = t.target_id
    left join staging.flow_forecast as f on f.flow = 'reads'
    where t.method = 'gamma_poisson' and n.actual is not null and c.plan_as_of >= c.year_start
), period as (
    -- 最近 k 个四周各有几件
    select s.target_id, p.i, count(e.target_id) as events
    from start as s
    join (select unnest(range(13)) as i) as p on p.i < s.periods
    left join event as e on e.target_id = s.target_id and e.date <= s.plan_as_of
        and floor((s.plan_as_of - e.date) / 28) = p.i
    group by s.target_id, p.i
), clumped as (
    select target_id, greatest(1, coalesce(round(var_samp(events) / nullif(avg(events), 0), 9), 1)) as ratio from period
        group by target_id
), shaped as (
    select
        s.*, s.actual + 0.5 + s.base_events * s.base_years as evidence, (s.exposure + s.base_years) / (1 + s.base_years)
            as p,
        (s.periods * coalesce(v.ratio, 1) + 9) / (s.periods + 6)
            + 0.04 * (s.actual + 0.5 + s.base_events * s.base_years) as step
    from start as s
    left join clumped as v on v.target_id = s.target_id
), point as (
    select s.*, k.k, s.evidence / s.step as r,
        case when k.k = 0 then 0.0 else ln((k.k - 1 + s.evidence / s.step) / k.k) + ln(greatest(1 - s.p, 1e-12)) end
            as log_ratio
    from shaped as s
    cross join (select unnest(range(400)) as k) as k
), mass as (
    select *, exp(r * ln(p) + sum(log_ratio) over (partition by target_id order by k)) as mass from point
), cumulated as (
    select *, sum(mass) over (partition by target_id order by k) as cdf from mass
), summed as (
    select
        target_id, max(exposure) as exposure, max(evidence) as evidence, max(p) as p, max(step) as step,
            max(actual) as actual, max(cdf) as covered,
        max(actual) + max(evidence) * (1 - max(p)) / max(p) as forecast,
        max(actual) + round(max(step) * min(k) filter (where cdf >= 0.1)) as low,
        max(actual) + round(max(step) * min(k) filter (where cdf >= 0.9)) as high,
        case when max(actual) >= max(target) then 1.0
            else greatest(0.0, 1 - coalesce(max(cdf) filter (where k < (target - actual) / step), 0)) end as chance
    from cumulated
    group by target_id
)
select
    target_id,                                                                          -- 指标编号
    exposure,                                                                           -- 已过份额 e
    evidence,  -- 依据的件数 r = 本年件数 + 0.5 + 0.3 × 基准年件数
    p,  -- 依据占全年的份额 (e + 0.3) ÷ 1.3；不知基准年时为 e
    step,                                                                               -- 成批程度 f：一批约几件
    forecast,                                                                           -- 全年预测（均值）
    case when covered >= 0.9 then least(low,
        floor(forecast)) end as forecast_low,  -- 常见范围下限（10 %），整数；年初范围宽过 400 批时两端都为空
    case when covered >= 0.9 then greatest(high, ceil(forecast)) end
        as forecast_high,  -- 常见范围上限（90 %），整数，不小于均值
    chance  -- 达成把握：余下不少于还差的件数；已达到为 1
from summed
