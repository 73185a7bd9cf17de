-- 其他平台账号每日总计的各个版本。头条按体裁分的副本（文件名带“（文章）”等）不是账号总计，不计入
-- grain: account_id, date, load_seq
-- incremental_by: load_seq
with written as (
    select source, date, default_year, load_seq, plays, reads, reads_or_plays, impressions, likes, comments, shares,
        favorites, posts
    from raw.platform_daily
    union all
    select source, date, default_year, load_seq, case when metric = '观看趋势' then value end, null, null,
        case when metric = '曝光趋势' then value end, null, null, null, null, null
    from raw.platform_trend
    where metric in ('观看趋势', '曝光趋势')
), typed as (
    select
        r.source as account_id, to_day(r.date, r.default_year) as date, r.load_seq,
        to_count(r.plays) as plays, to_count(r.reads) as reads, to_count(r.reads_or_plays) as reads_or_plays,
        to_count(r.impressions) as impressions, to_count(r.likes) as likes, to_count(r.comments) as comments,
        to_count(r.shares) as shares, to_count(r.favorites) as favorites, to_count(r.posts) as posts
    from written as r
    join staging.visible_file as v on v.load_seq = r.load_seq
    where not (v.layout = 'toutiao_daily' and regexp_matches(half_width(v.original_name), '\([^()0-9]+\)'))
)
select
    account_id,                             -- 账号
    date,                                   -- 日期
    load_seq,                               -- 版本次序
    max(plays) as plays,                    -- 播放量
    max(reads) as reads,                    -- 阅读量
    max(reads_or_plays) as reads_or_plays,  -- 阅读（播放）量：头条不区分
    max(impressions) as impressions,        -- 展现量
    max(likes) as likes,                    -- 点赞
    max(comments) as comments,              -- 评论
    max(shares) as shares,                  -- 分享
    max(favorites) as favorites,            -- 收藏
    max(posts) as posts                     -- 发布数
from typed
where date is not null
group by account_id, date, load_seq
