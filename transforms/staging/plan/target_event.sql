-- 计数类目标的每一件事：哪个指标、哪一天、是什么，可回到文件和行。计划以 metric 写明每个指标数的是什么
-- grain: target_id, event_id
with event as (
    select 'articles' as metric, ten_w_id as event_id, published_on as date, title from mart.ten_w_article
    union all
    select 'publications', mention_id, published_on, title from mart.mention where is_positive_report
    union all
    select 'activities', activity_id, started_on, name from mart.activity
    union all
    select 'live_sessions', live_id, started_on, title from mart.live_session
    union all
    select 'products', product_id, published_on, name from mart.new_media_product
    union all
    select 'interviews', interview_id, held_on, topic from mart.portal_interview
    union all
    select 'sessions', training_id, started_on, name from mart.training
)
select
    t.target_id,    -- 指标编号
    e.event_id,     -- 事件编号
    e.date,         -- 日期
    e.title,        -- 名称
    e.metric  /* 所数的事：articles 10W+ 文章；publications 正面报道；activities 活动；live_sessions 直播；
        products 新媒体产品；interviews 访谈；sessions 培训 */
from event as e
join raw.plan_target as t on t.metric = e.metric
