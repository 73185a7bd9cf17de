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
        latest(title, version) as title,
        latest(live_form, version) as live_form,
        max_by(started_at, version) filter (where has_clock or not live_has_clock) as started_at,
        latest(started_on, version) as started_on,
        latest(duration_seconds, version) as duration_seconds,
        latest(viewers, version) as viewers,
        latest(views, version) as views,
        latest(peak_online, version) as peak_online,
        latest(avg_watch_seconds, version) as avg_watch_seconds,
        latest(cheers, version) as cheers,
        latest(comments, version) as comments,
        latest(shares, version) as shares,
        latest(followers_gained, version) as followers_gained,
        latest(url, version) as url,
        latest(unit_text, version) as unit_text,
        latest(source, version) as source,
        latest(load_seq, version) as load_seq,
        latest(sheet, version) as sheet,
        latest(row_number, version) as row_number
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
