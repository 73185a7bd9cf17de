-- 其他平台账号每日总计现值：逐列取最新版本中的已知值
-- grain: account_id, date
-- incremental_by: account_id, date
-- lookback: date, 0
select
    account_id,                                                                                     -- 账号
    date,                                                                                           -- 日期
    max_by(plays, load_seq) filter (where plays is not null) as plays,                              -- 播放量
    max_by(reads, load_seq) filter (where reads is not null) as reads,                              -- 阅读量
    max_by(reads_or_plays, load_seq) filter (where reads_or_plays is not null)
        as reads_or_plays,  -- 阅读（播放）量：头条不区分
    max_by(impressions, load_seq) filter (where impressions is not null) as impressions,            -- 展现量
    max_by(likes, load_seq) filter (where likes is not null) as likes,                              -- 点赞
    max_by(comments, load_seq) filter (where comments is not null) as comments,                     -- 评论
    max_by(shares, load_seq) filter (where shares is not null) as shares,                           -- 分享
    max_by(favorites, load_seq) filter (where favorites is not null) as favorites,                  -- 收藏
    max_by(posts, load_seq) filter (where posts is not null) as posts,                              -- 发布数
    max(load_seq) as load_seq                                                                       -- 最新版本次序
from staging.platform_daily_version
cross join ops.context as c
where date <= c.as_of
group by account_id, date
