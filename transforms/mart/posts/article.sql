-- 文章：自有公众号每篇一行。阅读次数与阅读人数是两个指标，从不合并
-- grain: account_id, article_id
-- incremental_by: account_id, article_id, published_on
-- lookback: published_on, 7
select
    a.account_id,                                                               -- 账号编号
    a.article_id,  -- 文章编号：链接中的 mid_idx；无链接时由标题和日期得出
    a.title,                                                                    -- 标题
    a.published_on,                                                             -- 发表日期
    case when regexp_matches(a.article_id, '^[0-9]+_[0-9]+$')
        then try_cast(regexp_extract(a.article_id,
            '_([0-9]+)$', 1) as integer) end
                as position,  -- 在当次推送中的次序：1 头条，2 起为次条；没有链接的不知道，为空
    a.hour,                                                                     -- 发表钟点 0–23；导出文件只有日期的为空
    a.url,                                                                      -- 链接
    a.reads,                                                                    -- 阅读次数
    a.readers,  -- 阅读人数（每日人数之和，不是不同的人数）
    a.shares,                                                                   -- 分享次数
    a.sharers,                                                                  -- 分享人数
    a.delivered,                                                                -- 送达人数
    a.followers_gained,                                                         -- 阅读后关注人数
    a.finish_rate,                                                              -- 阅读完成率（0–1） !min(0) !max(1)
    coalesce(a.reads, a.readers) > 100000
        or a.reads_is_capped as is_10w,  -- 是否 10W+：阅读次数（没有次数时用人数）超过 10 万，或显示为 10万+
    a.reads_is_capped,                                                          -- 阅读是否封顶显示（至少 100001）
    a.first_10w_on,                                                             -- 首次在数据中见到 10W+ 的截至日
    a.window_days,                                                              -- 阅读的统计窗口（天）；空为平台未说明
    m.project_id,                                                               -- 所属宣传项目（按关键词和月份匹配）
    a.published_on > c.as_of - 7 as is_provisional                              -- 是否暂定：发表未满 7 天
from staging.article as a
cross join ops.context as c
left join staging.article_project as m on m.account_id = a.account_id and m.article_id = a.article_id
