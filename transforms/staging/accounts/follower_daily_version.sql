-- 账号每日粉丝的各个版本：每个文件给出的值，按版本次序排列（公众号、视频号和其他平台同一张表）
-- grain: account_id, date, load_seq
-- incremental_by: load_seq
-- versions: account_id, date | new_followers, lost_followers, net_followers, followers
with typed as (
    select source, date, default_year, load_seq, new_followers, lost_followers, net_followers, followers, sheet,
        row_number
    from raw.wechat_follower_daily
    union all
    select source, date, default_year, load_seq, new_followers, lost_followers, net_followers, followers, sheet,
        row_number
    from raw.platform_follower_daily
    union all  -- 接口按来源分行：每天各来源相加；有一行读不懂则不相加
    select
        source, date, default_year, load_seq,
        case when count(to_count(new_followers)) = count(*) then cast(sum(to_count(new_followers)) as varchar) end,
        case when count(to_count(lost_followers)) = count(*) then cast(sum(to_count(lost_followers)) as varchar) end,
        case
            when count(to_count(new_followers)) = count(*) and count(to_count(lost_followers)) = count(*)
                then cast(sum(to_count(new_followers)) - sum(to_count(lost_followers)) as varchar)
        end,
        null, min(sheet), min(row_number)
    from raw.wechat_follower_source_daily
    group by source, date, default_year, load_seq
    union all
    select source, date, default_year, load_seq, new_followers, lost_followers, net_followers, followers, sheet,
        row_number
    from raw.platform_daily
    where to_count(followers) is not null or to_net(net_followers) is not null
    union all
    select source, date, default_year, load_seq, null, null, value, null, sheet, row_number
    from raw.platform_trend
    where metric = '净涨粉趋势'
    union all  /* 接口的当前关注者没有日期：以文件保存的时刻为准，正午前的算前一天末；一个文件只能有一个数，
        否则不知哪个是现在的 */
    select
        n.source, cast(cast(cast(f.modified_at as timestamp) - interval 12 hour as date) as varchar), n.default_year,
            n.load_seq,
        null, null, null, min(n.followers), min(n.sheet), min(n.row_number)
    from raw.platform_follower_now as n
    join ops.file as f on f.load_seq = n.load_seq
    group by n.source, f.modified_at, n.default_year, n.load_seq
    having count(*) = 1
    union all  -- 月度台账的期末粉丝数：月末那天的累积数
    select m.account_id, cast(m.known_until as varchar), null, m.load_seq, null, null, null,
        cast(max(m.followers) as varchar), min(m.sheet), min(m.row_number)
    from staging.account_month as m
    where m.account_id is not null and m.followers is not null
    group by m.account_id, m.known_until, m.load_seq
    having count(distinct m.followers) = 1
), dated as (
    select *, to_day(date, default_year) as day from typed
)
select
    r.source as account_id,                                         -- 账号
    r.day as date,                                                  -- 日期
    r.load_seq,                                                     -- 版本次序
    to_count(r.new_followers) as new_followers,                     -- 新增关注人数
    to_count(r.lost_followers) as lost_followers,                   -- 取消关注人数
    to_net(r.net_followers) as net_followers,                       -- 净增关注人数
    to_count(r.followers) as followers,                             -- 累积关注人数
    r.sheet,                                                        -- 工作表
    r.row_number                                                    -- 行号
from dated as r
join staging.visible_file as v on v.load_seq = r.load_seq
where r.day is not null
