-- 账号每日各渠道阅读与分享。渠道之间有重叠，“全部”已去重，切勿把各渠道相加当作总数
-- grain: account_id, date, channel
-- incremental_by: account_id, date
-- lookback: date, 3
select
    d.account_id,                       -- 账号编号
    d.date,                             -- 日期（北京时间）
    d.channel,                          -- 渠道；“全部”为去重后的总数
    d.reads,                            -- 阅读次数；2025-11 起平台不再提供，空为缺失而非 0
    d.readers,                          -- 阅读人数；多日相加不等于不同的人数
    d.shares,                           -- 分享次数
    d.sharers,                          -- 分享人数
    d.favoriters as favorites,          -- 收藏人数（2025-11 前后口径一致）
    d.favorites as favorite_times,      -- 收藏次数；2025-11 起平台不再提供
    d.date > c.as_of - 3 as is_provisional  -- 是否暂定：截至日前 3 天内的数字平台仍可能调整
from staging.channel_daily as d
cross join ops.context as c
