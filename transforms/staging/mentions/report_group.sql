-- 媒体报道归并：同一媒体、同一规范链接（或同一标题同一天）为一次发表
-- grain: load_seq, sheet, row_number
with by_url as (
    -- 同一链接的几行用同一标题和日期代表，改过标题的也归为一次
    select canonical_url, media_name, min(coalesce(title_key, title)) as title_key, min(published_on) as published_on
    from staging.report_row
    where canonical_url is not null
    group by canonical_url, media_name
)
select
    r.load_seq,                                                                                             -- 版本次序
    r.sheet,                                                                                                -- 工作表
    r.row_number,                                                                                           -- 行号
    coalesce(u.title_key, r.title_key, r.title) as story_key,                                               -- 归并用的标题
    md5(concat_ws('|', r.media_name, coalesce(u.title_key, r.title_key, r.title),
        cast(coalesce(u.published_on, r.published_on) as varchar))) as mention_id                           -- 发表编号 !not_null
from staging.report_row as r
left join by_url as u on u.canonical_url = r.canonical_url and u.media_name = r.media_name
