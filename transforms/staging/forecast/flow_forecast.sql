-- 流量预测：F = Y + g·R；g 由最近 13 周与 52 周同比的中位数按 n/(n+8) 加权，R 为余下各日的可比基数之和
-- grain: flow
with growth as (
    select
        flow,
        count(*) filter (where age <= 13) as weeks,
        median(log_ratio) filter (where age <= 13) as recent,
        median(log_ratio) filter (where age <= 52) as longer
    from staging.flow_week
    group by flow
), edge as (
    select d.flow, max(d.date) as last_on
    from staging.flow_daily as d
    join ops.context as c on d.date between c.year_start and c.plan_as_of
    group by d.flow
), summed as (
    select
        b.flow, e.last_on,
        sum(b.value) filter (where b.date <= e.last_on) as to_date,
        coalesce(sum(b.base_or_estimate) filter (where b.date > e.last_on), 0) as remainder,
        count(*) filter (where b.date > e.last_on and b.base_kind = 'none') as days_without_base,
        count(*) filter (where b.date > e.last_on and b.base_kind = 'estimated') as days_estimated,
        count(*) filter (where b.base_kind = 'repaired') as days_repaired,
        sum(b.base_or_estimate) filter (where b.date <= e.last_on) / nullif(sum(b.base_or_estimate), 0) as base_share,
        count(b.base_value) >= 0.8 * count(*) as is_usable
    from staging.flow_base as b
    join edge as e on e.flow = b.flow
    join ops.context as c on b.date between c.year_start and c.year_end
    group by b.flow, e.last_on
), combined as (
    select
        s.*, coalesce(g.weeks, 0) as weeks, coalesce(w.q, 0.30) as q,
        exp(g.weeks / (g.weeks + 8.0) * g.recent + 8.0 / (g.weeks + 8.0) * g.longer) as growth
    from summed as s
    left join growth as g on g.flow = s.flow
    left join staging.flow_band as w on w.flow = s.flow
)
select
    flow,                                                                       -- 序列
    last_on,                                                                    -- 最近有数的一天
    to_date,                                                                    -- 本年累计 Y
    weeks,                                                                      -- 用了几个完整周（最多 13）
    growth,                                                                     -- 增长倍数 g
    remainder,                                                                  -- 余下各日可比基数之和 R
    days_estimated,                                                             -- R 中估计的天数
    days_repaired,                                                              -- 修补过的基数天数
    is_usable,                                                                  -- 基准年是否够用：八成以上的日子有可比基数；不够时不作模型预测
    case when is_usable then base_share end as base_share,                      -- 可比基数到今天的份额 S(t)
    case when remainder = 0 and days_without_base = 0 then 0
        when days_without_base = 0 and is_usable then growth * remainder end as remaining,  -- 余下预测 g·R；基数不够时为空
    case when remainder = 0 and days_without_base = 0 then 0
        when days_without_base = 0 and is_usable then q * growth * remainder end as half_width,     -- 常见范围半宽 q·g·R
    q                                                                           -- 半宽占余下预测的比例（staging.flow_band）；没有完整周时 0.30
from combined
