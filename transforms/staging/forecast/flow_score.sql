-- 预测自评：往年各月的预测与年末实际相差多少，折成范围放宽或收窄的倍数；没有满六个月可评的往年时没有行
-- grain: flow
with target as (
    select target_id, method, metric as flow from raw.plan_target where method = 'flow'
    union all
    select t.target_id, t.method, f.flow
    from raw.plan_target as t
    cross join (select 'new_followers' as flow union all select 'lost_followers') as f
    where t.method = 'two_flows'
), known as (
    select l.run_id, l.plan_year, l.target_id, l.as_of, l.forecast, l.forecast_low, l.forecast_high, l.linear_forecast,
        l.own_factor
    from ops.forecast_log as l
    join ops.context as c on l.plan_year < c.plan_year and l.as_of <= c.as_of
), ended as (
    -- 年末实际：年末以后最晚一次记录里的线性推算，那时它就是实际
    select plan_year, target_id, linear_forecast as actual,
        row_number() over (partition by plan_year, target_id order by as_of desc, run_id desc) as age
    from known
    where as_of >= make_date(plan_year, 12, 31) and linear_forecast is not null
), made as (
    select *, forecast_high - forecast as above, forecast - forecast_low as below,
        row_number() over (partition by plan_year, target_id, date_part('month', as_of) order by as_of desc,
            run_id desc) as age
    from known
    where as_of between make_date(plan_year, 1, 1) and make_date(plan_year, 12, 30) and forecast_low < forecast
        and forecast < forecast_high
), missed as (
    -- 流量的范围按倍数对称，由两端可还原余下推算 rest 与宽窄；其余按所在一侧的半宽
    select
        t.flow, m.plan_year, e.actual - m.forecast as error, m.above, m.below, coalesce(m.own_factor, 1) as factor,
        case when t.method = 'flow' and m.above > m.below * 1.000001 then m.above * m.below / (m.above - m.below) end
            as rest
    from made as m
    join ended as e on e.plan_year = m.plan_year and e.target_id = m.target_id and e.age = 1
    join target as t on t.target_id = m.target_id
    where m.age = 1
), scored as (
    select flow, plan_year, count(*) over (partition by flow, plan_year) as months,
        factor * case when rest is null or rest + error <= 0 then abs(error) / case when error > 0 then above
            else below end
            else abs(ln((rest + error) / rest)) / ln(above / below) end as z
    from missed
), ranked as (
    select *, row_number() over (partition by flow order by z) as position, count(*) over (partition by flow) as scores
    from scored
    where months >= 6
), summed as (
    select flow, count(distinct plan_year) as years, min(z) filter (where position >= 0.8 * scores) as z from ranked
        group by flow
)
select
    s.flow,                                             -- 序列
    t.target_id,                                        -- 指标编号
    s.years,                                            -- 可评的往年数 k
    s.z,  -- 十次中有八次，实际与推算相差不超过当时（未经自评调整的）范围宽窄的几倍
    (5 + s.years * s.z) / (5 + s.years) as factor       -- 范围的倍数
from summed as s
join target as t on t.flow = s.flow
