-- 粉丝目标：截至日最近有数的一天，对基准年最后有数的一天
-- grain: metric
with edge as (
    select
        max(case when d.date < c.year_start then d.date end) as base_on,
        max(case when d.date >= c.year_start then d.date end) as actual_on,
        count(*) filter (where d.date >= c.year_start) as days_covered
    from staging.main_daily as d
    cross join ops.context as c
    where d.followers is not null and d.date <= c.plan_as_of
        and d.date >= make_date(c.base_year, 1, 1)
)
select
    'followers' as metric,                      -- 指标
    cast(b.followers as double) as baseline,    -- 基数
    cast(t.followers as double) as actual,      -- 现值
    e.base_on,                                  -- 基数取自哪一天
    e.actual_on,                                -- 现值取自哪一天
    e.days_covered                              -- 有数的天数
from edge as e
left join staging.main_daily as b on b.date = e.base_on
left join staging.main_daily as t on t.date = e.actual_on
