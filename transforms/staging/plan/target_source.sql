-- 计划所数的每种事本年度有没有来源：有一行本年度的记录（或零报告）才算来过；往年的台账说明不了今年，
-- 没有来过的为“无数据”，不是 0
-- grain: metric
with source as (
    select 'publications' as metric, published_on as date, load_seq from staging.report_row
    union all select 'activities', started_on, load_seq from staging.activity
    union all select 'live_sessions', started_on, load_seq from staging.live
    union all select 'products', published_on, load_seq from staging.product
    union all select 'interviews', held_on, load_seq from staging.interview
    union all select 'sessions', started_on, load_seq from staging.training
    union all select 'articles', published_on, load_seq from staging.product
    union all select 'articles', published_on, load_seq from staging.report_row
    union all select 'articles', published_on, load_seq from staging.article_version
), said as (
    -- 有单位或宣传处报过本年度的零报告：没有也是来过
    select distinct case split_part(d.subject, '|', 2)
        when 'ledger_report' then 'publications' when 'ledger_activity' then 'activities' when 'ledger_live'
            then 'live_sessions'
        when 'ledger_product' then 'products' when 'ledger_interview' then 'interviews' when 'ledger_training'
            then 'sessions' end as metric
    from staging.decision as d
    join ops.context as c on split_part(split_part(d.subject, '|', 3), '-', 1) = cast(c.plan_year as varchar)
    where d.kind = 'none' and d.is_current and d.value is not null
), came as (
    select s.metric, s.load_seq
    from source as s
    join ops.context as c on s.date between c.year_start and c.plan_as_of
    join staging.visible_file as v on v.load_seq = s.load_seq
    union all
    select metric, null from said where metric is not null
)
select
    metric,                                 -- 所数的事（见 staging.target_event）
    count(distinct load_seq) as files       -- 来源文件数；只有零报告时为 0
from came
group by metric
