-- 10W+ 作品：自有账号文章、媒体报道、新媒体产品合在一起，每篇一行，每篇只算一次
-- grain: ten_w_id
with item as (
    select '自有账号' as origin, n.name as owner, a.title, a.published_on, a.url, canonical_url(a.url) as url_key,
        coalesce(a.reads, a.readers) as reads,
        a.reads_is_capped, a.first_10w_on, '1 ' || a.account_id || '/' || a.article_id as own_key
    from mart.article as a join raw.account as n on n.account_id = a.account_id
    where a.is_10w
    union all
    select '新媒体产品', account_name, name, published_on, url, canonical_url(url), reads_or_plays, reads_is_capped,
        known_on, '2 ' || product_id
    from staging.product where is_10w
    union all
    select '媒体报道', media_name, title, published_on, url, canonical_url, reads, reads_is_capped, null, '3 '
        || mention_id
    from mart.mention where reads > 100000 or reads_is_capped
), keyed as (
    select *, coalesce(plain_title(title), title) || cast(published_on as varchar) as title_day from item
), linked as (
    -- 没有链接的，与同题同日有链接的算同一篇；连标题也没有的（接口旧答复）自成一篇
    select *, coalesce(url_key, case when title_day is not null then max(url_key) over (partition by title_day) end,
        title_day, own_key) as item_key
    from keyed
)
select
    md5(item_key) as ten_w_id,                                              -- 作品编号
    min_by(title, own_key) as title,                                     -- 标题
    min_by(origin, own_key) as origin,                                   -- 来源：自有账号、新媒体产品、媒体报道
    min_by(owner, own_key) as owner,                                     -- 账号或媒体的名称
    min(published_on) as published_on,                                      -- 发表日期 !not_null
    min_by(url, own_key) filter (where url is not null) as url,          -- 链接
    min_by(reads, own_key) filter (where reads is not null) as reads,    -- 阅读（封顶时为 100001，是下限）
    max(case when reads_is_capped then 1 else 0 end) = 1 as reads_is_capped, -- 是否封顶显示
    min(first_10w_on) as first_10w_on,                                      -- 首次见到 10W+ 的截至日
    count(*) as evidence_rows                                               -- 佐证记录数
from linked
group by item_key
