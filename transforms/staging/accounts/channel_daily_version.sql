-- 账号每日各渠道阅读与分享的各个版本
-- grain: account_id, date, channel, load_seq
-- incremental_by: load_seq
-- versions: account_id, date, channel | reads, readers, shares, sharers, favorites, favoriters
with written as (
    select source, date, default_year, channel, load_seq, reads, readers, shares, sharers, favorites, favoriters,
        published, sheet, row_number
    from raw.wechat_channel_daily
    union all
    select source, date, default_year, '全部', load_seq, null, null, null, sharers, null, favoriters,
        published, null, null
    from raw.wechat_share_daily
), typed as (
    select
        source as account_id, to_day(date, default_year) as date, to_text(channel) as channel, load_seq,
        to_count(reads) as reads, to_count(readers) as readers,
        to_count(shares) as shares, to_count(sharers) as sharers,
        to_count(favorites) as favorites, to_count(favoriters) as favoriters, to_count(published) as published,
        sheet, row_number
    from written
)
select
    t.account_id,                                                           -- 账号
    t.date,                                                                 -- 日期
    case t.channel when '其它' then '其他' when '全部渠道' then '全部' else t.channel end
        as channel,  -- 渠道（“其它”并入“其他”，“全部渠道”即“全部”，其余照录）
    t.load_seq,                                                             -- 版本次序
    max(t.reads) as reads,                                                  -- 阅读次数
    max(t.readers) as readers,                                              -- 阅读人数
    max(t.shares) as shares,                                                -- 分享次数
    max(t.sharers) as sharers,                                              -- 分享人数
    max(t.favorites) as favorites,                                          -- 收藏次数
    max(t.favoriters) as favoriters,                                        -- 收藏人数
    max(t.published) as published,                                          -- 发表篇数
    max(t.sheet) as sheet,                                                  -- 工作表（阅读所在的行）
    max(t.row_number) as row_number                                         -- 行号（阅读所在的行）
from typed as t
join staging.visible_file as v on v.load_seq = t.load_seq
where t.date is not null
group by t.account_id, t.date, case t.channel when '其它' then '其他' when '全部渠道' then '全部' else t.channel end,
    t.load_seq
