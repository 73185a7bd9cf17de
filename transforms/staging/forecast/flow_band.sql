-- 起伏、增长与范围：增长倍数 g，两种推算各占的份量 a，范围的宽窄 u（docs/forecasting.md 第 4–5 步）
-- grain: flow
with ratio as (
    select
        flow, count(*) as weeks, least(13, count(*)) as recent_weeks,
        median(log_ratio) filter (where age <= 13) as recent, median(log_ratio) as longer,
        stddev(log_ratio) as scatter
    from staging.flow_week
    where age <= 52
    group by flow
), level as (
    select flow, stddev(log_level) as scatter from staging.flow_week where level_age <= 52 group by flow
), scattered as (
    -- 起伏取到九位小数：相加的先后不同，结果也逐位相同
    select
        l.flow, coalesce(r.weeks, 0) as weeks, round(l.scatter, 9) as level_scatter,
        round(case when r.weeks >= 4 then r.scatter else 1.2 * l.scatter end, 9) as ratio_scatter,
        coalesce(r.recent_weeks / (r.recent_weeks + 8.0) * r.recent + 8.0 / (r.recent_weeks + 8.0) * r.longer, 0)
            as log_growth
    from level as l
    left join ratio as r on r.flow = l.flow
), weighed as (
    select
        *, weeks / (weeks + 13.0) as trust,
        level_scatter * level_scatter + ratio_scatter * ratio_scatter as both_scatter,
        (weeks * ratio_scatter + 7.2 * level_scatter) / (weeks + 6) as scatter
    from scattered
)
select
    w.flow,                                             -- 序列
    w.weeks,                                            -- 有可比周的完整周数 n（最多 52）
    exp(w.log_growth) as growth,                        -- 增长倍数 g；没有可比周时为 1
    w.level_scatter,                                    -- 周合计的起伏 sw：最近 52 周对数的标准差
    w.ratio_scatter,                                    -- 同比的起伏 sr：最近 n 周对数比的标准差；不满 4 周按 1.2 倍 sw
    coalesce(w.trust * w.level_scatter * w.level_scatter / nullif(w.both_scatter, 0), w.trust * 0.5)
        + (1 - w.trust) * 0.5 as seasonal_weight,       -- “上年同期”推算所占的份量 a；其余归“近期日均”
    coalesce(o.factor, 1) as own_factor,                -- 历年自评对范围的放宽或收窄；没有自评时为 1
    least(1.5, (0.05 + 0.5 * w.scatter
        + 0.2 * least(1, abs(w.log_growth))) * coalesce(o.factor, 1))
            as spread  -- 范围的宽窄 u：余下量的常见范围为推算的 e^-u 至 e^u 倍 !min(0) !max(1.5)
from weighed as w
left join staging.flow_score as o on o.flow = w.flow
where w.level_scatter is not null
