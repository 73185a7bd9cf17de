-- 单篇数据详情：每个文件一行；发表日取趋势明细中“全部”渠道的第一天（文件里没有发表日期）
-- grain: load_seq
-- warn: 每日“全部”之和应等于总阅读，请重新下载单篇数据
--     | run_id <> (select c.run_id from ops.context as c) or total_matches_days
with figure as (
    select
        load_seq, source, article_title,
        replace(half_width(section), ' ', '') as section,
        replace(half_width(label), ' ', '') as label,
        value
    from raw.wechat_single_article_figure
), total as (
    select
        load_seq, source, article_title,
        max(to_count(value)) filter (where section = '数据概况' and label = '阅读(次)') as reads,
        max(to_count(value)) filter (where section = '数据概况' and label = '阅读(人)') as readers,
        max(to_count(value)) filter (where section = '数据概况' and label = '分享(次)') as shares,
        max(to_count(value)) filter (where section = '数据概况' and label = '分享(人)') as sharers,
        max(to_count(value)) filter (where section = '数据概况' and label in ('阅读后关注(人)', '新增关注(人)'))
            as followers_gained,
        max(to_count(value)) filter (where section = '数据概况' and label = '在看(次)') as wows,
        max(to_count(value)) filter (where section = '数据概况' and label = '在看(人)') as wowers,
        max(to_count(value)) filter (where section = '数据概况' and label = '点赞(次)') as likes,
        max(to_count(value)) filter (where section = '数据概况' and label = '点赞(人)') as likers,
        max(to_count(value)) filter (where section = '阅读转化' and label = '送达人数') as delivered
    from figure
    group by load_seq, source, article_title
), day as (
    select load_seq, min(to_day(date, default_year)) as published_on, sum(to_count(reads)) as reads,
        sum(to_count(readers)) as readers
    from raw.wechat_single_article_daily
    where to_text(channel) = '全部'
    group by load_seq
)
select
    t.load_seq,                                                                 -- 版本次序
    t.source as account_id,                                                     -- 账号
    to_text(t.article_title) as title,                                          -- 标题
    d.published_on,                                                             -- 发表日期（推定）
    t.reads,                                                                    -- 阅读次数
    t.readers,                                                                  -- 阅读人数
    t.shares,                                                                   -- 分享次数
    t.sharers,                                                                  -- 分享人数
    t.followers_gained,                                                         -- 阅读后关注人数
    t.delivered,                                                                -- 送达人数
    t.wows,                                                                     -- 在看次数
    t.wowers,                                                                   -- 在看人数
    t.likes,                                                                    -- 点赞次数
    t.likers,                                                                   -- 点赞人数
    coalesce(t.reads = d.reads, t.readers = d.readers, true) as total_matches_days,  -- 每日之和是否等于总数
    v.run_id                                                                    -- 入库的运行
from total as t
join staging.visible_file as v on v.load_seq = t.load_seq
left join day as d on d.load_seq = t.load_seq
