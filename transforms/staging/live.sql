-- 直播现值：同一平台、账号、开播时间为一场，取最新版本
-- grain: live_id
with typed as (
    select
        md5(concat_ws('|', coalesce(to_text(r.platform), '视频号'), to_text(r.account_name), cast(to_moment(r.started_at, r.default_year) as varchar))) as live_id,
        to_text(r.title) as title, coalesce(to_text(r.platform), '视频号') as platform, to_text(r.account_name) as account_name, to_text(r.live_form) as live_form,
        to_instant(r.started_at, r.default_year) as started_at, to_day(r.started_at, r.default_year) as started_on,
        coalesce(to_duration(r.duration_seconds), to_number(r.duration_minutes) * 60) as duration_seconds,
        coalesce(to_count(r.viewers), cast(round(to_number(r.viewers_wan) * 10000) as bigint)) as viewers,
        to_count(r.views) as views, to_count(r.peak_online) as peak_online, to_duration(r.avg_watch_seconds) as avg_watch_seconds,
        to_count(r.cheers) as cheers, to_count(r.comments) as comments, to_count(r.shares) as shares,
        to_count(r.followers_gained) as followers_gained, to_url(r.url) as url, to_text(r.unit) as unit_text,
        r.source, r.load_seq, r.sheet, r.row_number
    from raw.ledger_live as r
    join staging.visible_file as v on v.load_seq = r.load_seq
), newest as (
    select *, row_number() over (partition by live_id order by load_seq desc, sheet desc, row_number desc) as age from typed
)
select
    n.live_id,              -- 直播编号
    n.title,                -- 直播名称 !not_null
    n.platform,             -- 平台
    n.account_name,         -- 账号名称
    n.live_form,            -- 直播方式
    n.started_at,           -- 开播时间 !not_null
    n.started_on,           -- 开播日期
    n.duration_seconds,     -- 直播时长（秒）
    n.viewers,              -- 观看人数
    n.views,                -- 观看次数
    n.peak_online,          -- 最高在线人数
    n.avg_watch_seconds,    -- 人均观看时长（秒）
    n.cheers,               -- 喝彩次数
    n.comments,             -- 评论条数
    n.shares,               -- 分享次数
    n.followers_gained,     -- 新增粉丝
    n.url,                  -- 回放链接
    n.unit_text,            -- 单位原文
    n.source,               -- 收件夹
    n.load_seq,             -- 版本次序
    n.sheet,                -- 工作表
    n.row_number            -- 行号
from newest as n
cross join ops.context as c
where n.age = 1 and n.started_on <= c.as_of
