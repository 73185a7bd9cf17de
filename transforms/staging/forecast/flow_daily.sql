-- 流量序列：预测所用的每日数值，截至计划年度内的截至日。正面报道按台账所及的日子计，没有报道的日子为 0
-- grain: flow, date
with report as (
    select date, count(*) as reports from staging.target_event where target_id = 'positive_reports' group by date
), report_span as (
    select min(date) as first_on from report
)
select 'reads' as flow,     -- 序列：reads 阅读；new_followers 新增关注；lost_followers 取消关注；positive_reports 正面报道
    r.date,                 -- 日期
    cast(r.value as double) as value    -- 当日数值
from staging.read_daily as r
join ops.context as c on r.date <= c.plan_as_of
union all
select 'new_followers', d.date, cast(d.new_followers as double)
from staging.main_daily as d
join ops.context as c on d.date <= c.plan_as_of
where d.new_followers is not null
union all
select 'lost_followers', d.date, cast(d.lost_followers as double)
from staging.main_daily as d
join ops.context as c on d.date <= c.plan_as_of
where d.lost_followers is not null
union all
select 'positive_reports', k.date, cast(coalesce(r.reports, 0) as double)
from raw.calendar_day as k
cross join report_span as s
join ops.context as c on k.date between s.first_on and c.plan_as_of
left join report as r on r.date = k.date
