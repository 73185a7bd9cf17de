-- 直播的各个版本：每个文件每行一个，键为平台、账号、开播时间。没有平台列的模板：按所在账号的平台，
-- 否则为默认的平台（raw.platform）
-- grain: load_seq, sheet, row_number
with placed as (
    select
        r.*, to_moment(r.started_at, r.default_year) as moment, has_clock(r.started_at) as shows_clock,
        v.unit as folder_unit, coalesce(to_text(r.account_name), a.name) as account,
            coalesce(to_text(r.platform), p.live_zh, d.live_zh) as platform_name
    from raw.ledger_live as r
    join staging.visible_file as v on v.load_seq = r.load_seq
    left join raw.account as a on a.account_id = r.source
    left join raw.platform as p on p.platform = a.platform
    left join raw.platform as d on d.lives_by_default
    where not exists (select 1 from staging.gone_row as g where g.is_withdrawn
        and g.load_seq = r.load_seq and g.sheet = coalesce(r.sheet, '') and g.row_number = r.row_number)
)
select
    md5(concat_ws('|', r.platform_name, r.account, cast(r.moment as varchar)))
        as live_key,  -- 平台、账号、开播时间的摘要 !not_null
    row_number() over (order by r.load_seq, r.sheet, r.row_number) as version,              -- 版本先后
    to_text(r.title) as title,                                                              -- 直播名称
    r.platform_name as platform,                                                            -- 平台
    r.account as account_name,  -- 账号名称；接口不给，取收件夹的账号
    to_text(r.live_form) as live_form,                                                      -- 直播方式
    cast(r.moment as timestamptz) as started_at,  -- 开播时间；只有日期时为零点
    cast(r.moment as date) as started_on,                                                   -- 开播日期
    r.shows_clock as has_clock,                                                             -- 开播时间是否精确到时分
    coalesce(to_duration(r.duration_seconds), to_span(r.duration), to_number(r.duration_minutes) * 60)
        as duration_seconds,  -- 直播时长（秒）
    coalesce(to_count(r.viewers), cast(round(to_number(r.viewers_wan) * 10000) as bigint)) as viewers, -- 观看人数
    to_count(r.views) as views,                                                             -- 观看次数
    to_count(r.peak_online) as peak_online,                                                 -- 最高在线人数
    to_duration(r.avg_watch_seconds) as avg_watch_seconds,                                  -- 人均观看时长（秒）
    to_count(r.cheers) as cheers,                                                           -- 喝彩次数
    to_count(r.comments) as comments,                                                       -- 评论条数
    to_count(r.shares) as shares,                                                           -- 分享次数
    to_count(r.followers_gained) as followers_gained,                                       -- 新增粉丝
    to_url(r.url) as url,                                                                   -- 回放链接
    coalesce(to_text(r.unit), r.folder_unit) as unit_text,  -- 单位原文
    r.source,                                                                               -- 收件夹
    r.load_seq,                                                                             -- 版本次序
    r.sheet,                                                                                -- 工作表
    r.row_number                                                                            -- 行号
from placed as r
