-- 数据新鲜度：每个收件夹、每种版式最近一次入库和数据到哪一天
-- grain: source, layout
with dated as (
    select load_seq, max(date) as last_date from staging.follower_daily_version
        where date <= (select c.as_of from ops.context as c) group by load_seq
    union all
    select load_seq, max(date) from staging.channel_daily_version where date <= (select c.as_of from ops.context as c)
        group by load_seq
    union all
    select load_seq, max(published_on) from staging.article_version
        where published_on <= (select c.as_of from ops.context as c) group by load_seq
    union all
    select load_seq, max(published_on) from staging.video_version
        where published_on <= (select c.as_of from ops.context as c) group by load_seq
    union all
    select load_seq, max(date) from staging.platform_daily group by load_seq
)
select
    v.source,                                                   -- 收件夹
    v.layout,                                                   -- 版式
    max(d.last_date) as last_date,                              -- 数据到哪一天；台账无此概念，为空
    c.as_of - max(d.last_date) as days_behind,                  -- 距截至日的天数
    max(v.ingested_at) as last_ingested_at,                     -- 最近入库时间
    count(distinct v.sha256) as files                           -- 文件数
from staging.visible_file as v
cross join ops.context as c
left join dated as d on d.load_seq = v.load_seq
group by v.source, v.layout, c.as_of
