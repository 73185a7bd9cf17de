-- 预测自评：年度结束后，每个指标每月最后一次预测与年末实际相比。年度未结束的没有行
-- grain: plan_year, target_id, month
with ended as (
    -- 年末实际：本计划年度取进度表；往年取预测记录中年末以后最晚一次（那时线性推算就是实际）
    select c.plan_year, t.target_id, t.actual, c.as_of as known_on, '9' as run_id
    from mart.target_progress as t
    cross join ops.context as c
    where c.as_of >= c.year_end and t.actual is not null
    union all
    select l.plan_year, l.target_id, l.linear_forecast, l.as_of, l.run_id
    from ops.forecast_log as l
    join ops.context as c on l.as_of <= c.as_of
    where l.as_of >= make_date(l.plan_year, 12, 31) and l.linear_forecast is not null
), final as (
    select *, row_number() over (partition by plan_year, target_id order by known_on desc, run_id desc) as age
        from ended
), made as (
    select l.plan_year, l.target_id, l.as_of, l.forecast, l.forecast_low, l.forecast_high, l.linear_forecast, l.chance,
        cast(date_trunc('month', l.as_of) as date) as month,
        row_number() over (partition by l.plan_year, l.target_id, date_trunc('month', l.as_of) order by l.as_of desc,
            l.run_id desc) as age
    from ops.forecast_log as l
    where l.as_of between make_date(l.plan_year, 1, 1) and make_date(l.plan_year, 12, 30) and l.forecast is not null
)
select
    m.plan_year,                                                                    -- 计划年度
    m.target_id,                                                                    -- 指标编号
    m.month,                                                                        -- 预测所在的月份（月初日期）
    m.as_of,                                                                        -- 该月最后一次预测的截至日
    m.forecast,                                                                     -- 当时的全年预测
    m.forecast_low,                                                                 -- 当时的常见范围下限
    m.forecast_high,                                                                -- 当时的常见范围上限
    m.linear_forecast,                                                              -- 当时的线性推算
    m.chance,                                                                       -- 当时的达成把握（0–1）
    f.actual,                                                                       -- 年末实际
    f.known_on,                                                                     -- 年末实际取自哪次运行的截至日
    100.0 * (m.forecast / nullif(f.actual, 0) - 1) as error_pct,                    -- 预测误差（%），正为高估
    100.0 * (m.linear_forecast / nullif(f.actual, 0) - 1) as linear_error_pct,      -- 线性推算误差（%）
    f.actual between m.forecast_low and m.forecast_high as in_band  -- 实际是否落在常见范围内；当时没有范围的为空
from made as m
join final as f on f.plan_year = m.plan_year and f.target_id = m.target_id and f.age = 1
where m.age = 1
