-- 什么题材读的人多：标题关键词和宣传项目，有它与没有它的作品阅读中位数之比（近 365 天）。任一边不足 5 件的不给比值；
-- 相关不等于因果
-- grain: account_id, metric, tag_kind, tag
with post as (
    select p.*
    from staging.post_reads as p
    join ops.context as c on p.published_on > c.as_of - 365
    where p.value is not null and not p.is_provisional
), marked as (
    select distinct p.account_id, p.metric, t.tag_kind, t.tag, p.kind, p.post_id
    from post as p
    join staging.post_tag as t on t.account_id = p.account_id and t.kind = p.kind and t.post_id = p.post_id
), used as (
    -- 只与本账号用过的标签比：没有作品的标签不出现
    select distinct account_id, metric, tag_kind, tag from marked
), summed as (
    select
        u.account_id, u.metric, u.tag_kind, u.tag,
        count(m.post_id) as posts_with, count(*) - count(m.post_id) as posts_without,
        median(p.value) filter (where m.post_id is not null) as median_with, median(p.value)
            filter (where m.post_id is null) as median_without
    from used as u
    join post as p on p.account_id = u.account_id and p.metric = u.metric
    left join marked as m
        on m.account_id = p.account_id and m.kind = p.kind and m.post_id = p.post_id and m.tag_kind = u.tag_kind
            and m.tag = u.tag
    group by u.account_id, u.metric, u.tag_kind, u.tag
)
select
    account_id,         -- 账号编号
    metric,             -- 指标：reads 阅读次数；readers 阅读人数；plays 播放量
    tag_kind,           -- 标签类别：keyword 标题含该关键词；project 属于该宣传项目
    tag,                -- 标签
    posts_with,         -- 有该标签的作品数 n !min(1)
    posts_without,      -- 没有该标签的作品数
    median_with,        -- 有该标签的中位数
    median_without,     -- 没有该标签的中位数
    case when posts_with >= 5 and posts_without >= 5 then 100.0 * (median_with / nullif(median_without, 0) - 1) end
        as lift_pct,  -- 高出（%）；样本不足为空
    case when posts_with < 5 then '样本不足：有该标签的不到 5 件' when posts_without < 5
        then '样本不足：没有该标签的不到 5 件' end as note_zh  -- 说明
from summed
