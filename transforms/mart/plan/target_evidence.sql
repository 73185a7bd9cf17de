-- 指标的依据：每个数字来自哪个文件、哪张表、哪一行。一件事可有几行依据
-- grain: target_id, item_id, sha256, sheet, row_number
with day as (
    select 'followers' as metric, f.date, cast(f.followers as double) as value, f.load_seq, f.sheet, f.row_number,
        f.account_id, 1 as is_reads
    from staging.follower_daily_version as f
    where f.followers is not null
    union all
    select coalesce(m.planned, 'reads'), v.date, cast(case when m.metric = 'reads' then v.reads
        else v.readers end as double), v.load_seq, v.sheet, v.row_number, v.account_id, 1
    from staging.channel_daily_version as v
    cross join staging.reads_metric as m
    where v.channel = '全部' and case when m.metric = 'reads' then v.reads else v.readers end is not null
), newest as (
    select d.*, row_number() over (partition by d.metric, d.date order by d.load_seq desc) as age
    from day as d
    join raw.account as a on a.account_id = d.account_id and a.is_main
), ten_w as (
    select v.account_id, v.article_id, v.title, v.published_on, coalesce(v.reads, v.readers) as reads, v.load_seq,
        v.sheet, v.row_number
    from staging.article_version as v
    where coalesce(v.reads, v.readers) > 100000 or v.reads_is_capped
), item as (
    select metric, cast(date as varchar) as item_id, date, cast(date as varchar) as title, value, load_seq, sheet,
        row_number from newest where age = 1
    union all
    select 'articles', account_id || '/' || article_id, published_on, title, cast(reads as double), load_seq, sheet,
        row_number from ten_w
    union all
    select 'articles', product_id, published_on, name, cast(reads_or_plays as double), load_seq, sheet, row_number
        from staging.product where is_10w
    union all
    select 'articles', g.mention_id, r.published_on, r.title, cast(r.reads as double), r.load_seq, r.sheet, r.row_number
    from staging.report_row as r
    join staging.report_group as g on g.load_seq = r.load_seq and g.sheet = r.sheet and g.row_number = r.row_number
    where r.reads > 100000 or r.reads_is_capped
    union all
    select 'publications', g.mention_id, m.published_on, r.title, 1.0, r.load_seq, r.sheet, r.row_number
    from staging.report_row as r
    join staging.report_group as g on g.load_seq = r.load_seq and g.sheet = r.sheet and g.row_number = r.row_number
    join mart.mention as m on m.mention_id = g.mention_id and m.is_positive_report
    union all
    select 'activities', joint_id, started_on, name, 1.0, load_seq, sheet, row_number from staging.activity
    union all
    select 'live_sessions', live_id, started_on, title, 1.0, load_seq, sheet, row_number from staging.live
    union all
    select 'products', product_id, published_on, name, 1.0, load_seq, sheet, row_number from staging.product
    union all
    select 'interviews', interview_id, held_on, topic, 1.0, load_seq, sheet, row_number from staging.interview
    union all
    select 'sessions', training_id, started_on, name, 1.0, load_seq, sheet, row_number from staging.training
)
select
    t.target_id,                                    -- 指标编号
    i.item_id,                                      -- 日期或事件编号
    i.date,                                         -- 日期
    i.title,                                        -- 名称
    i.value,                                        -- 数值；计数类为 1
    i.date >= c.year_start as in_plan_year,         -- 是否在计划年度内（否则为基准年）
    v.original_name,                                -- 文件名
    v.source,                                       -- 收件夹
    v.sha256,                                       -- 文件 SHA-256（archive/ 下按它存放）
    coalesce(i.sheet, '') as sheet,                 -- 工作表；单篇详情由多行合成，为空
    coalesce(i.row_number, 0) as row_number         -- 行号；0 表示由多行合成
from item as i
join raw.plan_target as t on t.metric = i.metric
join staging.visible_file as v on v.load_seq = i.load_seq
cross join ops.context as c
where i.date between make_date(c.base_year, 1, 1) and c.plan_as_of
