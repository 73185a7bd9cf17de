-- 接口给出的文章累计：每个文件每篇一行，只取最后统计日（各统计日已是累计数，从不相加），最多到发表后 30 天
-- grain: load_seq, account_id, article_id
with typed as (
    select
        load_seq, source as account_id, to_text(msgid) as article_id, to_day(counted_to, default_year) as counted_to,
        to_text(title) as title, to_day(published_on, default_year) as published_on, to_url(url) as url,
        to_count(readers) as readers, to_count(sharers) as sharers, to_count(followers_gained) as followers_gained,
        to_rate(finish_rate) as finish_rate, sheet, row_number
    from raw.wechat_api_article_total
), latest as (
    select load_seq, account_id, article_id, max(counted_to) as counted_to
    from typed
    group by load_seq, account_id, article_id
)
select
    t.load_seq,             -- 版本次序
    t.account_id,           -- 账号
    t.article_id,           -- 文章编号：接口的 msgid，与链接中的 mid_idx 相同
    t.counted_to,           -- 统计截至日
    t.title,                -- 标题，旧答复没有则为空
    t.published_on,         -- 发表日期 !not_null
    t.url,                  -- 链接，旧答复没有则为空
    t.readers,              -- 阅读人数（每日人数之和） !min(0)
    t.sharers,              -- 分享人数（每日人数之和） !min(0)
    t.followers_gained,     -- 阅读后关注人数 !min(0)
    t.finish_rate,          -- 阅读完成率（0–1） !min(0) !max(1)
    t.sheet,                -- 工作表
    t.row_number            -- 行号
from typed as t
join latest as l on l.load_seq = t.load_seq and l.account_id = t.account_id and l.article_id = t.article_id
    and l.counted_to = t.counted_to
