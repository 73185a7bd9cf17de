-- 计数类目标的来源是否来过：一个来源都没有时为“无数据”，不是 0
-- grain: target_id
with source as (
    select 'positive_reports' as target_id, load_seq from raw.ledger_report
    union all select 'positive_reports', load_seq from raw.news_item
    union all select 'activities', load_seq from raw.ledger_activity
    union all select 'livestreams', load_seq from raw.ledger_live
    union all select 'new_media_products', load_seq from raw.ledger_product
    union all select 'portal_interviews', load_seq from raw.ledger_interview
    union all select 'training_sessions', load_seq from raw.ledger_training
    union all select 'articles_10w', load_seq from raw.ledger_product
    union all select 'articles_10w', load_seq from raw.ledger_report
    union all
    -- 往年的文章说明不了本年度有没有 10W+
    select 'articles_10w', a.load_seq
    from staging.article_version as a
    join ops.context as c on a.published_on between c.year_start and c.plan_as_of
)
select
    s.target_id,                            -- 指标编号
    count(distinct s.load_seq) as files     -- 来源文件数
from source as s
join staging.visible_file as v on v.load_seq = s.load_seq
group by s.target_id
