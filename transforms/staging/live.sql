-- 直播现值：同一平台、账号、开播时间为一场，逐列取最新版本中的已知值。没有平台列的模板：按所在账号的平台，否则为视频号
-- grain: live_id
with placed as (
    select
        r.*, coalesce(to_text(r.platform), case a.platform when 'douyin' then '抖音' when 'weibo' then '微博' when 'kuaishou' then '快手'
            when 'bilibili' then 'B站' when 'toutiao' then '今日头条' when 'xiaohongshu' then '小红书' else '视频号' end) as platform_name,
        row_number() over (order by r.load_seq, r.sheet, r.row_number) as version
    from raw.ledger_live as r
    join staging.visible_file as v on v.load_seq = r.load_seq
    left join raw.account as a on a.account_id = r.source
), typed as (
    select
        md5(concat_ws('|', r.platform_name, to_text(r.account_name), cast(to_moment(r.started_at, r.default_year) as varchar))) as live_id,
        to_text(r.title) as title, r.platform_name as platform, to_text(r.account_name) as account_name, to_text(r.live_form) as live_form,
        to_instant(r.started_at, r.default_year) as started_at, to_day(r.started_at, r.default_year) as started_on,
        coalesce(to_duration(r.duration_seconds), to_number(r.duration_minutes) * 60) as duration_seconds,
        coalesce(to_count(r.viewers), cast(round(to_number(r.viewers_wan) * 10000) as bigint)) as viewers,
        to_count(r.views) as views, to_count(r.peak_online) as peak_online, to_duration(r.avg_watch_seconds) as avg_watch_seconds,
        to_count(r.cheers) as cheers, to_count(r.comments) as comments, to_count(r.shares) as shares,
        to_count(r.followers_gained) as followers_gained, to_url(r.url) as url, to_text(r.unit) as unit_text,
        r.source, r.load_seq, r.sheet, r.row_number, r.version
    from placed as r
), newest as (
    select
        live_id,
        max_by(platform, version) as platform,
        max_by(account_name, version) as account_name,
        max_by(title, version) filter (where title is not null) as title,
        max_by(live_form, version) filter (where live_form is not null) as live_form,
        max_by(started_at, version) filter (where started_at is not null) as started_at,
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
    from typed
    group by live_id
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
where n.started_on <= c.as_of
