-- 流量预测：全年 = 本年累计 + 余下推算；余下推算为“上年同期、增长减半”与“近期日均 × 余下天数”的加权几何平均（第 5 步）
-- grain: flow
with edge as (
    select d.flow, max(d.date) as last_on
    from staging.flow_daily as d
    join ops.context as c on d.date between c.year_start and c.plan_as_of
    group by d.flow
), summed as (
    select
        b.flow, e.last_on, max(c.year_end) - e.last_on as days_left,
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
), recent as (
    -- 近 91 天与近 364 天的日均，特殊时段不计
    select
        b.flow, sum(b.value) / count(*) as of_364,
        sum(b.value) filter (where b.date > e.last_on - 91) / nullif(count(*) filter (where b.date > e.last_on - 91), 0)
            as of_91
    from staging.flow_base as b
    join edge as e on e.flow = b.flow and b.date between e.last_on - 363 and e.last_on
    where b.value is not null and not b.is_flagged
    group by b.flow
), answered as (
    select
        s.*, coalesce(w.weeks, 0) as weeks, coalesce(w.growth, 1) as growth, coalesce(w.spread, 0.30) as spread,
        coalesce(w.seasonal_weight, 0.5) as seasonal_weight, s.remainder * sqrt(coalesce(w.growth, 1)) as seasonal,
        s.days_left * sqrt(coalesce(r.of_91, r.of_364) * r.of_364) as steady
    from summed as s
    left join recent as r on r.flow = s.flow
    left join staging.flow_band as w on w.flow = s.flow
), joined as (
    -- 一种推算为 0（或没有）时只用另一种
    select
        *, case when days_left = 0 then 0
            when days_without_base = 0 and is_usable
            then pow(coalesce(nullif(seasonal, 0), steady, 0),
                seasonal_weight) * pow(coalesce(nullif(steady, 0), seasonal), 1 - seasonal_weight)
            end as remaining
    from answered
)
select
    flow,                                                                       -- 序列
    last_on,                                                                    -- 最近有数的一天
    to_date,                                                                    -- 本年累计 Y
    weeks,                                                                      -- 有可比周的完整周数（最多 52）
    growth,                                                                     -- 增长倍数 g；没有可比周时为 1
    remainder,                                                                  -- 余下各日可比基数之和 R
    days_estimated,                                                             -- R 中估计的天数
    days_repaired,                                                              -- 修补过的基数天数
    is_usable,  -- 基准年是否够用：八成以上的日子有可比基数；不够时不作模型预测
    case when is_usable then base_share end as base_share,                      -- 可比基数到今天的份额 S(t)
    seasonal,                                                                   -- 推算之一：上年同期、增长减半 R·√g
    steady,  -- 推算之二：近期日均 × 余下天数 L·√(p91·p364)
    seasonal_weight,                                                            -- 推算之一的份量 a
    spread,                                                                     -- 范围的宽窄 u；起伏未知时为 0.30
    remaining,                                                                  -- 余下推算 rest；基数不够时为空
    remaining * exp(-spread) as remaining_low,                                  -- 余下常见范围下限 rest·e^-u
    remaining * exp(spread) as remaining_high                                   -- 余下常见范围上限 rest·e^u
from joined
