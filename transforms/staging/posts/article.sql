-- 文章现值：逐列取窗口最宽、版本最新的已知值；reads 与 readers 是两个指标，从不合并
-- grain: account_id, article_id
-- incremental_by: account_id, article_id
-- lookback: published_on, 0
with ranked as (
    select v.*, v.window_rank * 1000000000000 + v.load_seq as preference
    from staging.article_version as v
    join ops.context as c on v.published_on <= c.as_of
)
select
    account_id,                                                -- 账号
    article_id,                                                -- 文章编号
    max_by(title, load_seq) as title,                          -- 标题
    max_by(published_on, load_seq) as published_on,            -- 发表日期 !not_null
    latest(url, load_seq) as url,                              -- 链接
    latest(reads, preference) as reads,                        -- 阅读次数
    latest(readers, preference) as readers,                    -- 阅读人数
    latest(shares, preference) as shares,                      -- 分享次数
    latest(sharers, preference) as sharers,                    -- 分享人数
    latest(delivered, load_seq) as delivered,                  -- 送达人数
    latest(followers_gained, preference) as followers_gained,  -- 阅读后关注人数
    latest(finish_rate, preference) as finish_rate,            -- 阅读完成率（0–1）
    -- 所示阅读的窗口：有次数时为次数的，否则为人数的；0 代表未说明
    nullif(case when max(reads) is not null then max_by(coalesce(window_days, 0), preference)
        filter (where reads is not null)
        else max_by(coalesce(window_days, 0), preference)
            filter (where readers is not null) end, 0) as window_days,  -- 阅读的统计窗口（天），空为未知
    max(case when reads_is_capped then 1 else 0 end) = 1 as reads_is_capped,         -- 是否封顶显示
    min(known_on) filter (where coalesce(reads, readers) > 100000) as first_10w_on,  -- 首次见到超过 10 万的截至日
    latest(hour, load_seq) as hour,  -- 发表钟点 0–23，没有文件给出的为空
    max(load_seq) as load_seq                                                        -- 最新版本次序
from ranked
group by account_id, article_id
