-- 文章数据的各个版本：每个文件、每个统计窗口一行。window_days：7 为发表后 7 天，30 为单篇详情和接口累计，空为平台未说明
-- grain: account_id, article_id, window_rank, load_seq
-- versions: account_id, article_id, window_rank, counted_to | reads, readers, shares, sharers
with typed as (
    select
        source as account_id, wechat_article_id(to_url(url)) as url_id, to_text(title) as title,
        to_day(published_on, default_year) as published_on, to_url(url) as url, 2 as window_rank, cast(null as integer) as window_days,
        cast(null as bigint) as reads, to_count(readers) as readers, cast(null as bigint) as shares, to_count(sharers) as sharers,
        to_count(followers_gained) as followers_gained, to_count(delivered) as delivered, to_rate(finish_rate) as finish_rate,
        is_capped(readers) as reads_is_capped, cast(null as date) as counted_to, load_seq, sheet, row_number
    from raw.wechat_article
    union all
    select
        source, wechat_article_id(to_url(url)), to_text(title), to_day(published_on, default_year), to_url(url), 1, 7,
        to_count(reads), to_count(readers), to_count(shares), to_count(sharers),
        to_count(followers_gained), to_count(delivered), to_rate(finish_rate), is_capped(reads), null, load_seq, sheet, row_number
    from raw.wechat_article_7d
    union all
    select
        account_id, null, title, published_on, null, 3, 30,
        reads, readers, shares, sharers, followers_gained, delivered, null, coalesce(reads, readers) = 100001, null, load_seq, null, null
    from staging.single_article
    where published_on is not null
    union all
    select
        account_id, article_id, title, published_on, url, 3, 30,
        null, readers, null, sharers, followers_gained, null, finish_rate, false, counted_to, load_seq, sheet, row_number
    from staging.article_total
), known as (
    select account_id, plain_title(title) as plain_title, published_on, min(url_id) as url_id
    from typed
    where url_id is not null
    group by account_id, plain_title(title), published_on
    having count(distinct url_id) = 1
)
select
    t.account_id,                                                                                   -- 账号
    coalesce(t.url_id, k.url_id,
        md5(coalesce(plain_title(t.title), t.title) || cast(t.published_on as varchar))) as article_id, -- 文章编号：mid_idx；无链接时由标题和日期得出
    t.window_rank,                                                                                  -- 窗口次序：大者优先
    t.load_seq,                                                                                     -- 版本次序
    max(t.title) as title,                                                                          -- 标题
    max(t.published_on) as published_on,                                                            -- 发表日期
    max(t.url) as url,                                                                              -- 链接
    max(t.window_days) as window_days,                                                              -- 统计窗口（天），空为未知
    max(t.reads) as reads,                                                                          -- 阅读次数
    max(t.readers) as readers,                                                                      -- 阅读人数
    max(t.shares) as shares,                                                                        -- 分享次数
    max(t.sharers) as sharers,                                                                      -- 分享人数
    max(t.followers_gained) as followers_gained,                                                    -- 阅读后关注人数
    max(t.delivered) as delivered,                                                                  -- 送达人数
    max(t.finish_rate) as finish_rate,                                                              -- 阅读完成率（0–1）
    max(case when t.reads_is_capped then 1 else 0 end) = 1 as reads_is_capped,                      -- 是否封顶显示
    max(t.counted_to) as counted_to,                                                                -- 统计截至日（接口给出），空为未说明
    max(v.known_on) as known_on,                                                                     -- 入库那晚的截至日
    max(t.sheet) as sheet,                                                                          -- 工作表
    max(t.row_number) as row_number                                                                 -- 行号
from typed as t
join staging.visible_file as v on v.load_seq = t.load_seq
cross join ops.context as c
left join known as k
    on k.account_id = t.account_id and k.plain_title = plain_title(t.title) and k.published_on = t.published_on
where t.published_on <= c.as_of
group by
    t.account_id,
    coalesce(t.url_id, k.url_id, md5(coalesce(plain_title(t.title), t.title) || cast(t.published_on as varchar))),
    t.window_rank, t.load_seq
