-- 什么题材读的人多：标题关键词和宣传项目，有它与没有它的作品阅读中位数之比（近 365 天）。任一边不足 5 件的不给比值；相关不等于因果
-- grain: account_id, metric, tag_kind, tag
with post as (
    select p.*
    from staging.post_reads as p
    join ops.context as c on p.published_on > c.as_of - 365
    where p.value is not null and not p.is_provisional
), tag as (
    select distinct 'keyword' as tag_kind, keyword as tag, cast(null as varchar) as project_id, keyword from raw.plan_project_keyword
    union all
    select 'project', name_zh, project_id, null from raw.plan_project
), marked as (
    select
        p.account_id, p.metric, t.tag_kind, t.tag, p.value,
        coalesce(case t.tag_kind when 'project' then p.project_id = t.project_id else contains(p.title, t.keyword) end, false) as has_tag
    from post as p
    cross join tag as t
), summed as (
    select
        account_id, metric, tag_kind, tag,
        count(*) filter (where has_tag) as posts_with, count(*) filter (where not has_tag) as posts_without,
        median(value) filter (where has_tag) as median_with, median(value) filter (where not has_tag) as median_without
    from marked
    group by account_id, metric, tag_kind, tag
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
    case when posts_with >= 5 and posts_without >= 5 then 100.0 * (median_with / nullif(median_without, 0) - 1) end as lift_pct,    -- 高出（%）；样本不足为空
    case when posts_with < 5 then '样本不足：有该标签的不到 5 件' when posts_without < 5 then '样本不足：没有该标签的不到 5 件' end as note_zh -- 说明
from summed
where posts_with > 0
