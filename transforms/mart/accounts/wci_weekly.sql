-- 每周 WCI（清博 V14.2 公式，含转发，自行计算，不是清博榜单）：只算完整的周；缺一项输入就为空，并写明原因
-- grain: account_id, week_start
-- incremental_by: account_id, week_start
-- lookback: published_on, 7
with week as (
    select
        a.account_id, a.week_start, min(k.iso_week) as iso_week, count(*) as articles,
        count(a.reads) as reads_known, count(a.wows) as wows_known, count(a.likes) as likes_known, count(a.forwards)
            as forwards_known,
        count(a.is_headline) as headline_known,
        sum(a.reads) as reads, sum(a.wows) as wows, sum(a.likes) as likes, sum(a.forwards) as forwards,
        coalesce(sum(a.reads) filter (where a.is_headline), 0) as headline_reads,
            coalesce(sum(a.wows) filter (where a.is_headline), 0) as headline_wows,
        coalesce(sum(a.likes) filter (where a.is_headline), 0) as headline_likes,
        coalesce(sum(a.forwards) filter (where a.is_headline), 0) as headline_forwards,
        max(a.reads) as top_reads, max(a.wows) as top_wows, max(a.likes) as top_likes, max(a.forwards) as top_forwards,
        max(case when a.is_estimate then 1 else 0 end) = 1 as is_estimate,
            max(case when a.is_lower_bound then 1 else 0 end) = 1 as is_lower_bound
    from staging.wci_article as a
    join raw.calendar_day as k on k.date = a.published_on
    join ops.context as c on a.week_start + 6 <= c.as_of
    group by a.account_id, a.week_start
), part as (
    select
        *,
        wci_part(reads / 7.0, wows / 7.0, likes / 7.0, forwards / 7.0) as overall,
        wci_part(reads / cast(articles as double), wows / cast(articles as double), likes / cast(articles as double),
            forwards / cast(articles as double)) as average,
        wci_part(headline_reads / 7.0, headline_wows / 7.0, headline_likes / 7.0, headline_forwards / 7.0) as headline,
        wci_part(top_reads, top_wows, top_likes, top_forwards) as peak,
        concat_ws('；',
            case when reads_known < articles then '有 ' || cast(articles - reads_known as varchar) || ' 篇没有阅读' end,
            case when wows_known < articles then '有 ' || cast(articles - wows_known as varchar)
                || ' 篇没有在看数（只有单篇详情里有）' end,
            case when likes_known < articles then '有 ' || cast(articles - likes_known as varchar)
                || ' 篇没有点赞数（只有单篇详情里有）' end,
            case when forwards_known < articles then '有 ' || cast(articles - forwards_known as varchar)
                || ' 篇没有转发' end,
            case when headline_known < articles then '有 ' || cast(articles - headline_known as varchar)
                || ' 篇没有链接，不知是否头条' end) as gaps
    from week
)
select
    account_id,                                                                     -- 账号编号
    week_start,                                                                     -- 周一
    iso_week,                                                                       -- 周（ISO，如 2023-W23）
    articles,                                                                       -- 发表篇数 n
    reads,                                                                          -- 阅读合计 R（已知的）
    wows,                                                                           -- 在看合计 Z（已知的）
    likes,                                                                          -- 点赞合计 L（已知的）
    forwards,                                                                       -- 转发合计 RE（已知的）
    case when gaps = '' then overall end as overall,                                -- 整体传播力 O
    case when gaps = '' then average end as average,                                -- 篇均传播力 A
    case when gaps = '' then headline end as headline,                              -- 头条传播力 H
    case when gaps = '' then peak end as peak,                                      -- 峰值传播力 P
    case when gaps = '' then wci_of(overall, average, headline, peak) end as wci,   -- WCI；缺输入时为空 !min(0)
    'V14.2（含转发）' as version,                                                   -- 公式版本
    is_estimate,  -- 是否估计：有的输入是人数而不是公开显示的次数，多半偏低
    is_lower_bound,                                                                 -- 是否下限：有的阅读封顶显示
    nullif(gaps, '') as reason_zh                                                   -- 算不出的原因
from part
