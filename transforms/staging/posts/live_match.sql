-- 只有日期的直播与同日、同平台、同账号、有开播时间的直播：候选只有一场即为同一场；多于一场不合并，待人工确认
-- 同一个文件里的两行总是两场（一张台账不会把一场写两遍），不作候选
-- grain: dated_key
with version as (
    select v.*, coalesce(s.live_id, v.live_key) as live_id
    from staging.live_version as v
    left join staging.live_start as s on s.live_key = v.live_key
), known as (
    select
        live_id as live_key, platform, account_name, started_on, bool_or(has_clock) as has_clock,
        max_by(title, version) as title, max(version) as version
    from version
    group by live_id, platform, account_name, started_on
), together as (
    select distinct one.live_id as dated_key, other.live_id as timed_key
    from version as one
    join version as other on other.load_seq = one.load_seq and other.live_id <> one.live_id
)
select
    d.live_key as dated_key,                                        -- 只有日期的那场
    d.title,                                                        -- 名称
    d.platform,                                                     -- 平台
    d.account_name,                                                 -- 账号名称
    d.started_on,                                                   -- 开播日期
    count(*) as candidates,                                         -- 候选场数
    case when count(*) = 1 then max(t.live_key) end as timed_key,   -- 同一场的键；候选多于一场为空
    string_agg(t.title, '；' order by t.version) as candidate_titles, -- 候选名称
    bool_and(coalesce(contains(plain_title(t.title), plain_title(d.title))
        or contains(plain_title(d.title), plain_title(t.title)), false))
            as is_same_title  -- 名称是否相同或一个包含另一个
from known as d
join known as t on t.platform = d.platform and t.account_name = d.account_name and t.started_on = d.started_on
    and t.has_clock
left join together as g on g.dated_key = d.live_key and g.timed_key = t.live_key
where not d.has_clock and g.dated_key is null
group by d.live_key, d.title, d.platform, d.account_name, d.started_on
