-- 阅读量目标：本年累计、基准年全年、可比日两边合计
-- grain: metric
select
    coalesce(max(m.planned), 'reads') as metric,  -- 指标
    cast(sum(r.value) filter (where r.date between make_date(c.base_year, 1, 1)
        and make_date(c.base_year, 12, 31)) as double) as baseline,  -- 基准年全年合计（有数的日子）
    count(*) filter (where r.date between make_date(c.base_year, 1, 1)
        and make_date(c.base_year, 12, 31)) as base_days,  -- 基准年有数的天数
    cast(sum(r.value) filter (where r.date between c.year_start and c.plan_as_of) as double) as actual,  -- 本年累计
    count(*) filter (where r.date between c.year_start and c.plan_as_of) as days_covered,  -- 本年有数的天数
    cast(sum(r.value) filter (where r.date between c.year_start and c.plan_as_of
        and r.comparable_value is not null) as double) as comparable_actual,  -- 可比日：本年合计
    cast(sum(r.comparable_value) filter (where r.date between c.year_start and c.plan_as_of) as double)
        as comparable_base,  -- 可比日：基准年合计
    count(*) filter (where r.date between c.year_start and c.plan_as_of and r.comparable_value is not null)
        as comparable_days,  -- 可比日天数
    max(m.metric) as metric_used  -- 所用指标
from ops.context as c
cross join staging.reads_metric as m
left join staging.read_daily as r on true
