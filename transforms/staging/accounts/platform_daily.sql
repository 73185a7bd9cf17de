-- 其他平台账号每日总计现值：逐列取最新版本中的已知值
-- grain: account_id, date
-- incremental_by: account_id, date
-- lookback: date, 0
select
    account_id,                                          -- 账号
    date,                                                -- 日期
    latest(plays, load_seq) as plays,                    -- 播放量
    latest(reads, load_seq) as reads,                    -- 阅读量
    latest(reads_or_plays, load_seq) as reads_or_plays,  -- 阅读（播放）量：头条不区分
    latest(impressions, load_seq) as impressions,        -- 展现量
    latest(likes, load_seq) as likes,                    -- 点赞
    latest(comments, load_seq) as comments,              -- 评论
    latest(shares, load_seq) as shares,                  -- 分享
    latest(favorites, load_seq) as favorites,            -- 收藏
    latest(posts, load_seq) as posts,                    -- 发布数
    max(load_seq) as load_seq                            -- 最新版本次序
from staging.platform_daily_version
cross join ops.context as c
where date <= c.as_of
group by account_id, date
