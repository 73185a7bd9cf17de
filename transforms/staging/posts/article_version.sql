-- 文章数据的各个版本：每个文件、每个统计窗口一行。window_days：7 为发表后 7 天，30 为单篇详情和接口累计，空为平台未说明
-- grain: account_id, article_id, window_rank, load_seq
-- incremental_by: account_id
-- versions: account_id, article_id, window_rank, counted_to | reads, readers, shares, sharers
with known as (
    select account_id, plain_title, published_on, min(url_id) as url_id
    from staging.article_row
    where url_id is not null
    group by account_id, plain_title, published_on
    having count(distinct url_id) = 1
)
select
    t.account_id,                                                                                   -- 账号
    coalesce(t.url_id, k.url_id,
        md5(coalesce(t.plain_title, t.title)
            || cast(t.published_on as varchar))) as article_id,  -- 文章编号：mid_idx；无链接时由标题和日期得出
    t.window_rank,  -- 窗口次序：大者优先
    t.load_seq,                                                                                     -- 版本次序
    max(t.title) as title,                                                                          -- 标题
    max(t.published_on) as published_on,                                                            -- 发表日期
    max(t.url) as url,                                                                              -- 链接
    max(t.window_days) as window_days,  -- 统计窗口（天），空为未知
    max(t.reads) as reads,                                                                          -- 阅读次数
    max(t.readers) as readers,                                                                      -- 阅读人数
    max(t.shares) as shares,                                                                        -- 分享次数
    max(t.sharers) as sharers,                                                                      -- 分享人数
    max(t.followers_gained) as followers_gained,                                                    -- 阅读后关注人数
    max(t.delivered) as delivered,                                                                  -- 送达人数
    max(t.finish_rate) as finish_rate,                                                              -- 阅读完成率（0–1）
    max(case when t.reads_is_capped then 1 else 0 end) = 1 as reads_is_capped,                      -- 是否封顶显示
    max(t.counted_to) as counted_to,  -- 统计截至日（接口给出），空为未说明
    max(t.hour) as hour,  -- 发表钟点 0–23，文件只有日期的为空
    max(t.known_on) as known_on,                                                                    -- 入库那晚的截至日
    nullif(max(t.sheet), '') as sheet,  -- 工作表
    nullif(max(t.row_number), 0) as row_number                                                                 -- 行号
from staging.article_row as t
left join known as k
    on k.account_id = t.account_id and k.plain_title = t.plain_title and k.published_on = t.published_on
group by
    t.account_id,
    coalesce(t.url_id, k.url_id, md5(coalesce(t.plain_title, t.title) || cast(t.published_on as varchar))),
    t.window_rank, t.load_seq
