-- 新闻：标题相同、时间相近的若干次发表为一条
-- grain: story_id
select
    story_id,                                                                   -- 新闻编号
    min_by(title, coalesce(cast(published_at as varchar), '9') || mention_id) as title,  -- 标题（最早一次发表）
    min(published_on) as first_published_on,                                    -- 最早发表日期
    min_by(media_name, coalesce(cast(published_at as varchar), '9') || mention_id)
        as first_media_name,  -- 最早发表的媒体（仅按时间推定）
    count(*) as mentions,                                                       -- 发表次数（篇次）
    count(*) filter (where is_positive_report) as positive_mentions,            -- 其中正面报道篇次
    count(distinct media_name) as media                                         -- 媒体数
from mart.mention
group by story_id
