-- 短视频和其他平台作品的各个版本：每个文件给出的累计值。视频号“推荐”为 ♡、“喜欢”为 👍，两个信号分列，从不相加
-- 作品以平台编号认定；没有编号时以账号、发布时间（到分）和体裁认定，改过文案、丢了秒数仍是同一件；
-- 同一文件在同一分钟列有几件时再看文案
-- grain: account_id, video_id, load_seq
-- incremental_by: account_id
-- versions: account_id, video_id | plays, reads, likes, hearts, thumbs, comments, shares
with crowd as (
    select account_id, kind, minute, max(works) as works
    from (select account_id, kind, minute, load_seq, count(*) as works from staging.video_row group by account_id, kind,
        minute, load_seq) as f
    group by account_id, kind, minute
), numbered as (
    -- 同一文件、同一分钟、同一文案的几件按秒排次序
    select
        r.*, c.works,
        row_number() over (partition by r.account_id, r.load_seq, r.kind, r.minute, r.caption order by r.published_at,
            r.sheet, r.row_number) as place
    from staging.video_row as r
    join crowd as c on c.account_id = r.account_id and c.kind = r.kind and c.minute = r.minute
), spotted as (
    select *, md5(concat_ws('|', minute, kind, case when works > 1 or not has_clock then caption || '#'
        || cast(place as varchar) end)) as spot from numbered
), dated as (
    -- 只有日期的行：同日同体裁同文案的作品只有一件时，就是那一件
    select account_id, kind, caption, left(minute, 10) as day, min(spot) as spot
    from spotted
    where has_clock
    group by account_id, kind, caption, left(minute, 10)
    having count(distinct spot) = 1
), placed as (
    select s.*, coalesce(d.spot, s.spot) as work
    from spotted as s
    left join dated as d on not s.has_clock and s.place = 1 and d.account_id = s.account_id and d.kind = s.kind
        and d.caption = s.caption and d.day = s.minute
), known as (
    -- 前 15 位相同的长编号是同一个：Excel 只留 15 位
    select account_id, work, max(work_id) as work_id
    from placed
    where work_id is not null
    group by account_id, work
    having count(distinct case when regexp_matches(work_id, '^[0-9]{16,}$') then left(work_id, 15) else work_id end) = 1
), named as (
    select
        p.*, case when p.work_id is null then coalesce(k.work_id, p.work)
            when regexp_matches(p.work_id, '^[0-9]{16,}$') then coalesce(k.work_id, p.work_id)
            else p.work_id end as name
    from placed as p
    left join known as k on k.account_id = p.account_id and k.work = p.work
), told_apart as (
    -- 同一文件的两行总是两件
    select *, row_number() over (partition by account_id, name, load_seq order by case when work_id is null then 1
        else 0 end, sheet, row_number) as again from named
)
select
    r.account_id,                           -- 账号
    case when r.again = 1 then r.name else r.name
        || '#' || cast(r.again as varchar) end
            as video_id,  -- 作品编号：平台编号；没有时由账号、发布时间（到分）和体裁得出
    r.load_seq,                             -- 版本次序
    r.sheet,                                -- 工作表
    r.row_number,                           -- 行号
    r.title,                                -- 文案
    r.published_at,                         -- 发布时间
    r.published_on,                         -- 发布日期
    r.has_clock,                            -- 发布时间是否精确到时分
    r.form,                                 -- 体裁
    r.url,                                  -- 链接
    r.plays,                                -- 播放量（小红书为观看量）
    r.reads,                                -- 阅读量（头条微头条）
    r.impressions,                          -- 展现量、曝光
    r.likes,                                -- 点赞
    r.hearts,                               -- 视频号推荐 ♡
    r.thumbs,                               -- 视频号喜欢 👍
    r.comments,                             -- 评论
    r.shares,                               -- 分享
    r.forwards,                             -- 转发（视频号为转发聊天和朋友圈）
    r.favorites,                            -- 收藏
    r.followers_gained,                     -- 涨粉，可为负
    r.finish_rate,                          -- 完播率（0–1）
    r.finish_rate_is_bound,                 -- 完播率是否只是上限（<0.1%）
    r.avg_play_seconds                      -- 平均播放时长（秒）
from told_apart as r
