-- 短视频和其他平台作品的各个版本：每个文件给出的累计值。视频号“推荐”为 ♡、“喜欢”为 👍，两个信号分列，从不相加
-- grain: account_id, video_id, load_seq
-- incremental_by: load_seq
-- versions: account_id, video_id | plays, reads, likes, hearts, thumbs, comments, shares
select
    r.source as account_id,                                                                 -- 账号
    coalesce(to_text(r.work_id), md5(concat_ws('|', cast(to_moment(r.published_at, r.default_year) as varchar),
        coalesce(to_caption(r.title), '')))) as video_id,                         -- 作品编号：平台编号；没有时由发布时间和文案得出
    r.load_seq,                                                                             -- 版本次序
    r.sheet,                                                                                -- 工作表
    r.row_number,                                                                           -- 行号
    to_text(r.title) as title,                                                              -- 文案
    to_instant(r.published_at, r.default_year) as published_at,                             -- 发布时间
    to_day(r.published_at, r.default_year) as published_on,                                 -- 发布日期
    has_clock(r.published_at) as has_clock,                                                 -- 发布时间是否精确到时分
    to_text(r.form) as form,                                                                -- 体裁
    to_url(r.url) as url,                                                                   -- 链接
    to_count(r.plays) as plays,                                                             -- 播放量（小红书为观看量）
    to_count(r.reads) as reads,                                                             -- 阅读量（头条微头条）
    to_count(r.impressions) as impressions,                                                 -- 展现量、曝光
    to_count(r.likes) as likes,                                                             -- 点赞
    to_count(r.hearts) as hearts,                                                           -- 视频号推荐 ♡
    to_count(r.thumbs) as thumbs,                                                           -- 视频号喜欢 👍
    to_count(r.comments) as comments,                                                       -- 评论
    to_count(r.shares) as shares,                                                           -- 分享
    to_count(r.forwards) as forwards,                                                       -- 转发（视频号为转发聊天和朋友圈）
    to_count(r.favorites) as favorites,                                                     -- 收藏
    to_net(r.followers_gained) as followers_gained,                                         -- 涨粉，可为负
    coalesce(to_rate(r.finish_rate), case when to_percent(r.finish_pct) between 0 and 100 then to_percent(r.finish_pct) / 100 end) as finish_rate, -- 完播率（0–1）
    is_bound(r.finish_rate) as finish_rate_is_bound,                                        -- 完播率是否只是上限（<0.1%）
    case when to_duration(r.avg_play_seconds) >= 0 then to_duration(r.avg_play_seconds) end as avg_play_seconds    -- 平均播放时长（秒）
from raw.video_work as r
join staging.visible_file as v on v.load_seq = r.load_seq
where to_day(r.published_at, r.default_year) is not null
