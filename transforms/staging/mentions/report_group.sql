-- 媒体报道归并：同一规范链接（不论媒体怎么称呼、标题是否改过），或同一媒体同一标题同一天，为一次发表
-- 两个条件轮流归并：链接相同的并到最早的一行，标题和日期相同的再并一次，如此两轮
-- grain: load_seq, sheet, row_number
with addressed as (
    -- 同一链接的几行先有一个共同的标题和日期，没有链接的行由此也能认出它
    select
        *, coalesce(title_key, title) as story_key,
        case when canonical_url is not null then min(coalesce(title_key, title)) over (partition by canonical_url)
            else coalesce(title_key, title) end as url_title,
        case when canonical_url is not null then min(published_on) over (partition by canonical_url)
            else published_on end as url_day
    from staging.report_row
), keyed as (
    select
        load_seq, sheet, row_number, canonical_url, story_key,
        md5(concat_ws('|', media_name, story_key, cast(published_on as varchar))) as row_key,
        md5(concat_ws('|', media_name, url_title, cast(url_day as varchar))) as url_key,
        row_number() over (order by load_seq, sheet, row_number) as place
    from addressed
), common as (
    select *, min(place) over (partition by url_key) as first_common from keyed
), by_title as (
    select *, min(first_common) over (partition by row_key) as first_title from common
), by_url as (
    select *, case when canonical_url is null then first_title else min(first_title)
        over (partition by canonical_url) end as first_url from by_title
), by_title_again as (
    select *, min(first_url) over (partition by row_key) as second_title from by_url
), by_url_again as (
    select *, case when canonical_url is null then second_title else min(second_title)
        over (partition by canonical_url) end as second_url from by_title_again
), grouped as (
    select *, min(second_url) over (partition by row_key) as first_place from by_url_again
)
select
    g.load_seq,                     -- 版本次序
    g.sheet,                        -- 工作表
    g.row_number,                   -- 行号
    g.row_key,                      -- 本行媒体、标题、日期的摘要：归并前的发表编号
    f.story_key,                    -- 归并用的标题：最早一行的
    f.row_key as mention_id         -- 发表编号：最早一行的摘要 !not_null
from grouped as g
join keyed as f on f.place = g.first_place
