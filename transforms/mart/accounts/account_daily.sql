-- 账号每日：粉丝、阅读、分享。没有数据的日子没有行，缺失的指标为空，都不是 0
-- grain: account_id, date
-- incremental_by: account_id, date
-- lookback: date, 3
with day as (
    select account_id, date from staging.follower_daily
    union
    select account_id, date from staging.channel_daily where channel = '全部'
    union
    select account_id, date from staging.platform_daily
)
select
    day.account_id,                                                                     -- 账号编号
    day.date,                                                                           -- 日期（北京时间）
    f.followers,                                                                        -- 累积关注人数（当日末）
    f.new_followers,                                                                    -- 新增关注人数
    f.lost_followers,                                                                   -- 取消关注人数
    coalesce(f.net_followers, f.new_followers - f.lost_followers) as net_followers,     -- 净增关注人数 = 新增 − 取消
    coalesce(t.reads, p.reads) as reads,  -- 阅读次数（公众号为渠道“全部”；2025-11 起公众号不再提供）
    t.readers,                                                                          -- 阅读人数（渠道“全部”）
    coalesce(t.shares, p.shares) as shares,                                             -- 分享次数
    t.sharers,                                                                          -- 分享人数
    t.favoriters as favorites,  -- 收藏人数（2025-11 前后口径一致）
    t.favorites as favorite_times,  -- 收藏次数；2025-11 起平台不再提供
    coalesce(t.published, p.posts) as published,                                        -- 发表篇数；微博为发博数
    p.plays,  -- 播放量（短视频平台；公众号无）
    p.reads_or_plays,  -- 阅读（播放）量：头条不区分阅读与播放
    day.date > c.as_of - 3 as is_provisional  -- 是否暂定：截至日前 3 天内的数字平台仍可能调整
from day
cross join ops.context as c
left join staging.follower_daily as f on f.account_id = day.account_id and f.date = day.date
left join staging.channel_daily as t on t.account_id = day.account_id and t.date = day.date and t.channel = '全部'
left join staging.platform_daily as p on p.account_id = day.account_id and p.date = day.date
