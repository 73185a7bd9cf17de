-- 主账号每日阅读量（所用指标）及其可比日：两边都有数的日子才可比
-- grain: date
with metric_day as (
    select d.date, case when m.metric = 'reads' then d.reads else d.readers end as value
    from staging.main_daily as d
    cross join staging.reads_metric as m
)
select
    t.date,                         -- 日期
    t.value,                        -- 阅读量
    k.comparable_on,                -- 可比日
    b.value as comparable_value     -- 可比日阅读量
from metric_day as t
join raw.calendar_day as k on k.date = t.date
left join metric_day as b on b.date = k.comparable_on
where t.value is not null
