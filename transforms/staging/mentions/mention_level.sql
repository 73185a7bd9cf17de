-- 媒体级别（plans/media.csv 和 <home>/media.csv）：按媒体名称，其次按链接的域名；同一链接符合多个域名时取最长的
-- grain: media_name, site
with site as (
    select distinct media_name, coalesce(regexp_extract(canonical_url, '^([^/?]+)', 1), '') as site
        from staging.report_row
), candidate as (
    select
        s.media_name, s.site, m.media_level,
        case when m.media_name = s.media_name then 1000 else length(m.domain) end as weight, m.media_name as known_as
    from site as s
    join raw.media as m on m.media_name = s.media_name
        or (m.domain <> '' and (s.site = m.domain or ends_with(s.site, '.' || m.domain)))
), ranked as (
    select *, row_number() over (partition by media_name, site order by weight desc, known_as) as place from candidate
)
select
    media_name,         -- 媒体名称
    site,               -- 链接的域名，没有链接为空字符串
    media_level         -- 媒体级别
from ranked
where place = 1
