-- 短视频和其他平台作品：每个文件的每一行，类型化，尚未认定是哪件作品（staging.video_version）
-- grain: load_seq, sheet, row_number
-- incremental_by: load_seq
with read as (
    select *, to_moment(published_at, default_year) as moment, has_clock(published_at) as shows_clock
    from raw.video_work
)
select
    r.source as account_id,                                                                 -- 账号
    case when e.load_seq is null or not regexp_matches(half_width(r.work_id), '^[1-9][0-9]{15}$')
        then to_id(r.work_id) end as work_id,  -- 平台编号；没有或被 Excel 四舍五入时为空
    left(cast(r.moment as varchar), case when r.shows_clock then 16 else 10 end)
        as minute,  -- 发布时间到分；只有日期时到日
    coalesce(work_kind(r.form), case when to_count(r.plays) is not null then '视频' when to_count(r.reads) is not null
        then '阅读' else '' end) as kind,  -- 归并后的体裁：带时长的视频也是视频；没有时按指标，有播放量的为视频
    coalesce(to_caption(r.title), '') as caption,                                           -- 用于比对的文案
    r.load_seq,                                                                             -- 版本次序
    r.sheet,                                                                                -- 工作表
    r.row_number,                                                                           -- 行号
    to_text(r.title) as title,                                                              -- 文案
    cast(r.moment as timestamptz) as published_at,                                          -- 发布时间
    cast(r.moment as date) as published_on,                                                 -- 发布日期
    r.shows_clock as has_clock,                                                             -- 发布时间是否精确到时分
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
    to_count(r.forwards) as forwards,  -- 转发（视频号为转发聊天和朋友圈）
    to_count(r.favorites) as favorites,                                                     -- 收藏
    to_net(r.followers_gained) as followers_gained,                                         -- 涨粉，可为负
    coalesce(to_rate(r.finish_rate), list_filter([to_percent(r.finish_pct)], lambda p: p between 0 and 100)[1] / 100)
        as finish_rate,  -- 完播率（0–1）
    is_bound(r.finish_rate) as finish_rate_is_bound,  -- 完播率是否只是上限（<0.1%）
    to_duration(r.avg_play_seconds) as avg_play_seconds  -- 平均播放时长（秒）
from read as r
join staging.visible_file as v on v.load_seq = r.load_seq
left join staging.rounded_file as e on e.load_seq = r.load_seq
where r.moment is not null
