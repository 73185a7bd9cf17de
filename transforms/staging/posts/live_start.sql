-- 开播时间相近的直播：同一平台、同一账号，15 分钟以内（预告 19:00、实际 19:03），且没有一个文件把它们分列，即为同一场
-- 分列的仍按分钟归并：14:00 与 14:00:12 是同一场，除非同一个文件里各占一行
-- grain: live_key
with start as (
    select live_key, platform, account_name, date_part('epoch', min(started_at)) as begun
    from staging.live_version
    where has_clock
    group by live_key, platform, account_name
), gap as (
    select *, case when begun - lag(begun) over (partition by platform, account_name order by begun, live_key) <= 900
        then 0 else 1 end as is_new from start
), near as (
    select *, floor(begun / 60) as minute,
        sum(is_new) over (partition by platform, account_name order by begun, live_key rows between unbounded preceding
            and current row) as island
    from gap
), listed as (
    -- 每个文件在一段、一分钟里列了几场
    select n.platform, n.account_name, n.island, n.minute, v.load_seq, count(distinct n.live_key) as lives
    from near as n
    join staging.live_version as v on v.live_key = n.live_key
    group by n.platform, n.account_name, n.island, n.minute, v.load_seq
), by_minute as (
    select platform, account_name, island, minute, max(lives) as lives from listed group by platform, account_name,
        island, minute
), by_file as (
    select platform, account_name, island, load_seq, sum(lives) as lives from listed group by platform, account_name,
        island, load_seq
), by_island as (
    select platform, account_name, island, max(lives) as lives from by_file group by platform, account_name, island
), first_key as (
    select
        n.live_key, i.lives as island_lives, m.lives as minute_lives,
        max(n.begun) over (partition by n.platform, n.account_name, n.island) - min(n.begun)
            over (partition by n.platform, n.account_name, n.island) as span,
        first_value(n.live_key) over (partition by n.platform, n.account_name, n.island order by n.begun, n.live_key)
            as of_island,
        first_value(n.live_key) over (partition by n.platform, n.account_name, n.island, n.minute order by n.begun,
            n.live_key) as of_minute
    from near as n
    join by_island as i on i.platform = n.platform and i.account_name = n.account_name and i.island = n.island
    join by_minute as m on m.platform = n.platform and m.account_name = n.account_name and m.island = n.island
        and m.minute = n.minute
)
select
    live_key,                                                   -- 平台、账号、开播时间的摘要
    case when island_lives = 1 and span <= 900 then of_island
        when minute_lives = 1 then of_minute
        else live_key end as live_id                            -- 同一场中最早的那个键
from first_key
