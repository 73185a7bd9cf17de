-- 流量序列：预测所用的每日数值，截至计划年度内的截至日。按流量推算的计数指标从最早一件的日子算起，没有的日子为 0
-- grain: flow, date
with report as (
    select e.metric, e.date, count(distinct e.event_id) as reports
    from staging.target_event as e
    join raw.plan_target as t on t.target_id = e.target_id and t.method = 'flow'
    group by e.metric, e.date
), report_span as (
    select metric, min(date) as first_on from report group by metric
)
select 'reads' as flow,  /* 序列：reads 阅读；new_followers 新增关注；lost_followers 取消关注；
    其余为按流量推算的计数指标所数的事，如 publications 正面报道 */
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
select s.metric, k.date, cast(coalesce(r.reports, 0) as double)
from raw.calendar_day as k
cross join report_span as s
join ops.context as c on k.date between s.first_on and c.plan_as_of
left join report as r on r.metric = s.metric and r.date = k.date
