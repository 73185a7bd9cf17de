-- 直播现值：一场一行，逐列取最新版本中的已知值。只有日期的与同日唯一有开播时间的同为一场（staging.live_match）
-- grain: live_id
with joined as (
    select coalesce(s.live_id, m.timed_key, r.live_key) as live_id, r.*
    from staging.live_version as r
    left join staging.live_start as s on s.live_key = r.live_key
    left join staging.live_match as m on m.dated_key = r.live_key
), placed as (
    select *, bool_or(has_clock) over (partition by live_id) as live_has_clock from joined
), newest as (
    select
        live_id,
        max_by(platform, version) as platform,
        max_by(account_name, version) as account_name,
        max_by(title, version) filter (where title is not null) as title,
        max_by(live_form, version) filter (where live_form is not null) as live_form,
        max_by(started_at, version) filter (where has_clock or not live_has_clock) as started_at,
        max_by(started_on, version) filter (where started_on is not null) as started_on,
        max_by(duration_seconds, version) filter (where duration_seconds is not null) as duration_seconds,
        max_by(viewers, version) filter (where viewers is not null) as viewers,
        max_by(views, version) filter (where views is not null) as views,
        max_by(peak_online, version) filter (where peak_online is not null) as peak_online,
        max_by(avg_watch_seconds, version) filter (where avg_watch_seconds is not null) as avg_watch_seconds,
        max_by(cheers, version) filter (where cheers is not null) as cheers,
        max_by(comments, version) filter (where comments is not null) as comments,
        max_by(shares, version) filter (where shares is not null) as shares,
        max_by(followers_gained, version) filter (where followers_gained is not null) as followers_gained,
        max_by(url, version) filter (where url is not null) as url,
        max_by(unit_text, version) filter (where unit_text is not null) as unit_text,
        max_by(source, version) filter (where source is not null) as source,
        max_by(load_seq, version) filter (where load_seq is not null) as load_seq,
        max_by(sheet, version) filter (where sheet is not null) as sheet,
        max_by(row_number, version) filter (where row_number is not null) as row_number
    from placed
    group by live_id
)
select
    n.live_id,              -- 直播编号
    coalesce(n.title, concat_ws(' ', coalesce(n.account_name, n.platform), cast(n.started_on as varchar), '直播'))
        as title,  -- 直播名称；接口不给名称时为“账号（已不登记的为平台）日期 直播” !not_null
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
where n.started_on <= c.as_of
