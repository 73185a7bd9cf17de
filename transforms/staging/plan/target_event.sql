-- 计数类目标的每一件事：哪个指标、哪一天、是什么，可回到文件和行
-- grain: target_id, event_id
select 'articles_10w' as target_id, -- 指标编号
    ten_w_id as event_id,           -- 事件编号
    published_on as date,           -- 日期
    title                           -- 名称
from mart.ten_w_article
union all
select 'positive_reports', mention_id, published_on, title from mart.mention where is_positive_report
union all
select 'activities', activity_id, started_on, name from mart.activity
union all
select 'livestreams', live_id, started_on, title from mart.live_session
union all
select 'new_media_products', product_id, published_on, name from mart.new_media_product
union all
select 'portal_interviews', interview_id, held_on, topic from mart.portal_interview
union all
select 'training_sessions', training_id, started_on, name from mart.training
