-- 短视频与其他平台作品：每件一行，逐列取最新版本中的已知值。播放、阅读、点赞各是各的指标
-- grain: account_id, video_id
-- incremental_by: account_id, video_id
-- lookback: published_on, 7
with newest as (
    select
        account_id, video_id,
        max_by(title, load_seq) as title, max_by(published_at, exactness) as published_at,
            max_by(published_on, exactness) as published_on,
        max_by(has_clock, exactness) as has_clock, latest(form, load_seq) as form,
        latest(url, load_seq) as url,
        latest(plays, load_seq) as plays, latest(reads, load_seq) as reads,
        latest(impressions, load_seq) as impressions,
        latest(likes, load_seq) as likes, latest(hearts, load_seq) as hearts,
        latest(thumbs, load_seq) as thumbs,
        latest(comments, load_seq) as comments,
        latest(shares, load_seq) as shares,
        latest(forwards, load_seq) as forwards,
        latest(favorites, load_seq) as favorites,
        latest(followers_gained, load_seq) as followers_gained,
        latest(finish_rate, load_seq) as finish_rate,
        max_by(finish_rate_is_bound, load_seq) filter (where finish_rate is not null) as finish_rate_is_bound,
        latest(avg_play_seconds, load_seq) as avg_play_seconds
    from (select *, case when has_clock then 1000000000000 else 0 end + load_seq as exactness
        from staging.video_version) as v
    join ops.context as d on v.published_on <= d.as_of
    group by account_id, video_id
)
select
    n.account_id,               -- 账号编号
    n.video_id,                 -- 作品编号：平台编号；没有时由账号、发布时间（到分）和体裁得出
    a.platform,                 -- 平台
    n.title,                    -- 文案；可能为空
    n.published_at,             -- 发布时间（只有日期时为零点）
    n.published_on,             -- 发布日期（北京时间） !not_null
    n.has_clock,                -- 发布时间是否精确到时分
    n.form,                     -- 体裁
    n.url,                      -- 链接
    n.plays,                    -- 播放量（小红书为观看量）
    n.reads,                    -- 阅读量（头条微头条）
    n.impressions,              -- 展现量、曝光
    n.likes,                    -- 点赞
    n.hearts,                   -- 视频号推荐 ♡
    n.thumbs,                   -- 视频号喜欢 👍
    n.comments,                 -- 评论
    n.shares,                   -- 分享
    n.forwards,                 -- 转发（视频号为转发聊天和朋友圈）
    n.favorites,                -- 收藏
    n.followers_gained,         -- 涨粉，可为负
    n.finish_rate,              -- 完播率（0–1） !min(0) !max(1)
    n.finish_rate_is_bound,     -- 完播率是否只是上限（文件写 <0.1%）
    n.avg_play_seconds,         -- 平均播放时长（秒）
    n.published_on > c.as_of - 7 as is_provisional  -- 是否暂定：发布未满 7 天
from newest as n
join raw.account as a on a.account_id = n.account_id
cross join ops.context as c
