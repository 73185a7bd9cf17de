-- 账号每日各渠道阅读与分享现值：逐列取最新版本中的已知值
-- grain: account_id, date, channel
-- incremental_by: account_id, date
-- lookback: date, 0
select
    account_id,                                  -- 账号
    date,                                        -- 日期
    channel,                                     -- 渠道
    latest(reads, load_seq) as reads,            -- 阅读次数 !min(0)
    latest(readers, load_seq) as readers,        -- 阅读人数 !min(0)
    latest(shares, load_seq) as shares,          -- 分享次数 !min(0)
    latest(sharers, load_seq) as sharers,        -- 分享人数 !min(0)
    latest(favorites, load_seq) as favorites,    -- 收藏次数 !min(0)
    latest(favoriters, load_seq) as favoriters,  -- 收藏人数 !min(0)
    latest(published, load_seq) as published,    -- 发表篇数 !min(0)
    max(load_seq) as load_seq                    -- 最新版本次序
from staging.channel_daily_version
cross join ops.context as c
where date <= c.as_of
group by account_id, date, channel
