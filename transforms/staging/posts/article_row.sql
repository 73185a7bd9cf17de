-- 文章数据的每一行，类型化：每个文件、每个统计窗口、每篇一行。window_days：7 为发表后 7 天，30 为单篇详情和接口累计，
-- 空为平台未说明
-- grain: load_seq, window_rank, sheet, row_number
-- incremental_by: load_seq
with written as (
    select source, title, published_on, default_year, url, 2 as window_rank, null as window_days, reads, readers,
        shares, sharers, followers_gained, delivered, finish_rate, readers as also_capped, load_seq, sheet, row_number
    from raw.wechat_article
    union all
    select source, title, published_on, default_year, url, 1, 7, reads, readers,
        shares, sharers, followers_gained, delivered, finish_rate, null, load_seq, sheet, row_number
    from raw.wechat_article_7d
), read as (
    select *, to_url(url) as address, to_moment(published_on, default_year) as moment from written
), typed as (
    select
        source as account_id, wechat_article_id(address) as url_id, to_text(title) as title,
        cast(moment as date) as published_on, address as url, window_rank, window_days,
        to_count(reads) as reads, to_count(readers) as readers,
        to_count(shares) as shares, to_count(sharers) as sharers,
        to_count(followers_gained) as followers_gained, to_count(delivered) as delivered, to_rate(finish_rate)
            as finish_rate,
        is_capped(also_capped) or is_capped(reads) as reads_is_capped, cast(null as date) as counted_to,
        case when has_clock(published_on) then date_part('hour', moment) end as hour,
        load_seq, sheet, row_number
    from read
    union all
    select
        account_id, null, title, published_on, null, 3, 30,
        reads, readers, shares, sharers, followers_gained, delivered, null, coalesce(reads, readers) = 100001, null,
            null, load_seq, null, null
    from staging.single_article
    where published_on is not null
    union all
    select
        account_id, article_id, title, published_on, url, 3, 30,
        null, readers, null, sharers, followers_gained, null, finish_rate, false, counted_to, null, load_seq, sheet,
            row_number
    from staging.article_total
)
select
    t.load_seq,                                     -- 版本次序
    t.window_rank,                                  -- 窗口次序：大者优先
    coalesce(t.sheet, '') as sheet,                 -- 工作表；单篇详情由多行合成，为空
    coalesce(t.row_number, 0) as row_number,        -- 行号；0 表示由多行合成
    t.account_id,                                   -- 账号
    t.url_id,                                       -- 链接中的 mid_idx 或接口的 msgid；没有则为空
    t.title,                                        -- 标题
    plain_title(t.title) as plain_title,            -- 供比较的标题
    t.published_on,                                 -- 发表日期
    t.url,                                          -- 链接
    t.window_days,                                  -- 统计窗口（天），空为未知
    t.reads,                                        -- 阅读次数
    t.readers,                                      -- 阅读人数
    t.shares,                                       -- 分享次数
    t.sharers,                                      -- 分享人数
    t.followers_gained,                             -- 阅读后关注人数
    t.delivered,                                    -- 送达人数
    t.finish_rate,                                  -- 阅读完成率（0–1）
    t.reads_is_capped,                              -- 是否封顶显示
    t.counted_to,                                   -- 统计截至日（接口给出），空为未说明
    cast(t.hour as integer) as hour,                -- 发表钟点 0–23；文件只有日期的为空
    v.known_on                                      -- 入库那晚的截至日
from typed as t
join staging.visible_file as v on v.load_seq = t.load_seq
where t.published_on is not null
