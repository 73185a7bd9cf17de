-- 账号每周（周一至周日）：与前一周、与去年可比日相比。只有七天齐全的周才与前一周比；与去年比时两边缺数的日子同时剔除
-- grain: account_id, week_start
-- incremental_by: account_id
with day as (
    select
        d.account_id, d.date, d.followers, d.new_followers, d.lost_followers, d.net_followers, d.reads, d.readers,
            d.shares,
        k.week_start, k.iso_week, b.reads as base_reads, b.readers as base_readers
    from mart.account_daily as d
    join raw.calendar_day as k on k.date = d.date
    left join mart.account_daily as b on b.account_id = d.account_id and b.date = k.comparable_on
), week as (
    select
        account_id, week_start, iso_week,
        latest(followers, date) as followers,
        sum(new_followers) as new_followers, sum(lost_followers) as lost_followers, sum(net_followers) as net_followers,
        sum(reads) as reads, sum(readers) as readers, sum(shares) as shares,
        count(reads) as reads_days, count(readers) as readers_days,
        sum(reads) filter (where base_reads is not null) as comparable_reads, sum(base_reads)
            filter (where reads is not null) as base_reads,
        sum(readers) filter (where base_readers is not null) as comparable_readers, sum(base_readers)
            filter (where readers is not null) as base_readers
    from day
    group by account_id, week_start, iso_week
)
select
    w.account_id,                                                                               -- 账号编号
    w.iso_week,  -- 周（ISO，如 2023-W23）
    w.week_start,                                                                               -- 周一
    w.followers,  -- 周末累积关注人数（本周最后有数的一天）
    w.new_followers,                                                                            -- 新增关注人数
    w.lost_followers,                                                                           -- 取消关注人数
    w.net_followers,                                                                            -- 净增关注人数
    w.reads,                                                                                    -- 阅读次数
    w.readers,  -- 累计阅读人数（日人数之和，不是不同的人数）
    w.shares,                                                                                   -- 分享次数
    w.reads_days,                                                                               -- 有阅读次数的天数
    w.readers_days,                                                                             -- 有阅读人数的天数
    p.reads as previous_reads,                                                                  -- 前一周阅读次数
    p.readers as previous_readers,                                                              -- 前一周累计阅读人数
    case when w.reads_days = 7 and p.reads_days = 7 then 100.0 * (w.reads / nullif(cast(p.reads as double), 0) - 1) end
        as reads_wow_pct,  -- 阅读次数环比（%）
    case when w.readers_days = 7 and p.readers_days = 7
        then 100.0 * (w.readers / nullif(cast(p.readers as double), 0) - 1) end
            as readers_wow_pct,  -- 阅读人数环比（%）
    w.base_reads,                                                                               -- 去年可比日阅读次数
    100.0 * (w.comparable_reads / nullif(cast(w.base_reads as double), 0) - 1)
        as reads_yoy_pct,  -- 阅读次数同比（%，可比日）
    w.base_readers,  -- 去年可比日累计阅读人数
    100.0 * (w.comparable_readers / nullif(cast(w.base_readers as double), 0) - 1)
        as readers_yoy_pct  -- 阅读人数同比（%，可比日）
from week as w
left join week as p on p.account_id = w.account_id and p.week_start = w.week_start - 7
