-- 计划所数的每种事本年度有没有来源：有一行本年度的记录（或零报告）才算来过；往年的台账说明不了今年，没有来过的为“无数据”，不是 0
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
)
select
    s.metric,                               -- 所数的事（见 staging.target_event）
    count(distinct s.load_seq) as files     -- 来源文件数
from source as s
join ops.context as c on s.date between c.year_start and c.plan_as_of
join staging.visible_file as v on v.load_seq = s.load_seq
group by s.metric
