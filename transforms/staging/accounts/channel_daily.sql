-- 账号每日各渠道阅读与分享现值：逐列取最新版本中的已知值
-- grain: account_id, date, channel
-- incremental_by: account_id, date
-- lookback: date, 0
select
    account_id,                                                                             -- 账号
    date,                                                                                   -- 日期
    channel,                                                                                -- 渠道
    max_by(reads, load_seq) filter (where reads is not null) as reads,                      -- 阅读次数 !min(0)
    max_by(readers, load_seq) filter (where readers is not null) as readers,                -- 阅读人数 !min(0)
    max_by(shares, load_seq) filter (where shares is not null) as shares,                   -- 分享次数 !min(0)
    max_by(sharers, load_seq) filter (where sharers is not null) as sharers,                -- 分享人数 !min(0)
    max_by(favorites, load_seq) filter (where favorites is not null) as favorites,          -- 收藏次数 !min(0)
    max_by(favoriters, load_seq) filter (where favoriters is not null) as favoriters,       -- 收藏人数 !min(0)
    max_by(published, load_seq) filter (where published is not null) as published,          -- 发表篇数 !min(0)
    max(load_seq) as load_seq                                                               -- 最新版本次序
from staging.channel_daily_version
cross join ops.context as c
where date <= c.as_of
group by account_id, date, channel
