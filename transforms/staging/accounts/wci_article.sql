-- WCI 所用的每篇公众号文章：阅读、在看、点赞、转发。在看和点赞只在单篇详情里有；没有次数的用人数，并注明是估计
-- grain: account_id, article_id
-- incremental_by: account_id, article_id, published_on
with single as (
    select
        account_id, plain_title(title) as plain_title, published_on,
        max_by(coalesce(wows, wowers), load_seq) as wows, max_by(coalesce(likes, likers), load_seq) as likes,
        max_by(case when wows is null or likes is null then 1 else 0 end, load_seq) as counts_people
    from staging.single_article
    where published_on is not null
    group by account_id, plain_title(title), published_on
)
select
    a.account_id,                                                       -- 账号编号
    a.article_id,                                                       -- 文章编号
    a.published_on,                                                     -- 发表日期
    k.week_start,                                                       -- 发表那一周的周一
    a.position = 1 as is_headline,    -- 是否头条；没有链接的为空
    coalesce(a.reads, a.readers) as reads,                              -- 阅读
    s.wows,                                                             -- 在看
    s.likes,                                                            -- 点赞
    coalesce(a.shares, a.sharers) as forwards,                          -- 转发（分享）
    a.reads is null or a.shares is null or coalesce(s.counts_people = 1, false) as is_estimate,  -- 是否有一项用的是人数
    coalesce(a.reads_is_capped, false) as is_lower_bound                -- 阅读是否封顶显示
from mart.article as a
join raw.account as n on n.account_id = a.account_id
left join raw.calendar_day as k on k.date = a.published_on
left join single as s on s.account_id = a.account_id and s.plain_title = plain_title(a.title)
    and s.published_on = a.published_on
