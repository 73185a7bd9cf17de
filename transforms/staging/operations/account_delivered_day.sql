-- 已收到的账号数据：哪个账号、哪种数据、哪一天有
-- grain: account_id, measure, date
-- incremental_by: account_id
with follower as (
    -- 有累积数的账号看累积数，平台不给累积数的看增减
    select account_id, date, followers, net_followers, bool_or(followers is not null) over (partition by account_id)
        as has_total
    from mart.account_daily
), given as (
    select account_id, 'followers' as measure, date from follower
    where followers is not null or (net_followers is not null and not has_total)
    union all
    select account_id, 'reads', date from mart.account_daily where coalesce(reads, readers) is not null
    union all
    select account_id, 'plays', date from staging.platform_daily
    where coalesce(plays, reads, reads_or_plays, impressions, likes, posts) is not null
    union all
    select account_id, 'articles', published_on from mart.article
    union all
    select account_id, 'works', published_on from mart.video
)
select distinct
    account_id,  -- 账号编号
    measure,     -- 数据的种类：followers 粉丝；reads 阅读；plays 播放；articles 文章；works 作品
    date         -- 日期
from given
where date is not null
