-- 没有收下、也没有被后来交的文件补上的行：属于哪个收件夹、哪种数据、哪一天。日期读不出的，记在该文件同种数据的最后一天
-- grain: load_seq, export, sheet, row_number
with written as (
    select
        v.load_seq, v.sha256, v.source, v.unit as folder_unit, v.account_id, v.layout as layouts,
            plain_file_name(v.original_name) as name_key,
        coalesce(r.sheet, '') as sheet, r.row_number,
        regexp_replace(min(r.row_text), ',"ordinal":[0-9]+,"is_fatal".*$', '') as cells  -- 后面是判定，不是单元格
    from ops.rejected_row as r
    join staging.visible_file as v on v.sha256 = r.sha256 and v.run_id = r.run_id
    group by v.load_seq, v.sha256, v.source, v.unit, v.account_id, v.layout, v.original_name, coalesce(r.sheet, ''),
        r.row_number
), kept as (
    select
        w.load_seq, w.sha256, w.source, w.folder_unit, w.account_id, w.layouts, w.name_key, w.sheet, w.row_number,
        plain_title(regexp_extract(w.cells, '"(name|title)":"([^"]*)"', 2)) as title_key,
        nullif(regexp_extract(w.cells, '"(supplied_by|unit)":"([^"]*)"', 2), '') as unit_text,
        nullif(regexp_extract(w.cells, '"host":"([^"]*)"', 1), '') as host,
        nullif(regexp_extract(w.cells, '"(date|started_on|published_on|published_at|month)":"([^"]*)"', 2), '') as day_text,
        try_cast(nullif(regexp_extract(w.cells, '"default_year":([0-9]{4})', 1), '') as integer) as default_year
    from written as w
    left join staging.decision as d on d.kind = 'rows' and d.is_current and d.value is not null
        and d.subject = concat(w.sha256, '|', w.source)
    where d.subject is null
), piece as (
    -- 有被拒行的账号的每日数据、文章和作品，逐个版本
    select account_id, load_seq, date, '' as title_key from staging.follower_daily_version
    union all
    select account_id, load_seq, date, '' from staging.channel_daily_version
    union all
    select account_id, load_seq, date, '' from staging.platform_daily_version
    union all
    select account_id, load_seq, published_on, plain_title(title) from staging.article_version
    union all
    select account_id, load_seq, published_on, plain_title(title) from staging.video_version
), of_account as (
    select * from piece where account_id in (select account_id from kept)
), delivered as (
    select ledger as layout, load_seq, max(held_on) as last_on from staging.ledger_row group by ledger, load_seq
    union all
    select null, load_seq, max(date) from of_account group by load_seq
), placed as (
    select
        k.*, l.export, coalesce(k.folder_unit, n.unit, a.unit, u.unit, h.unit) as unit,
        coalesce(to_range_start(k.day_text, k.default_year), to_month(k.day_text, k.default_year), d.last_on) as date
    from kept as k
    join raw.expected_layout as l on concat(',', k.layouts, ',') like concat('%,', l.layout, ',%')
    left join delivered as d on d.load_seq = k.load_seq and coalesce(d.layout, l.layout) = l.layout
    left join staging.unit_name as n on n.name = k.unit_text
    left join raw.unit_alias as a on a.alias = k.unit_text
    left join raw.unit as u on u.unit = k.unit_text
    left join staging.unit_name as h on h.name = k.host and k.unit_text is null
), later as (
    -- 账号后来的同种导出：从哪天到哪天
    select p.account_id, l.export, p.load_seq, min(p.date) as first_on, max(p.date) as last_on,
        list(distinct p.title_key) as titles
    from of_account as p
    join staging.visible_file as v on v.load_seq = p.load_seq
    join raw.expected_layout as l on concat(',', v.layout, ',') like concat('%,', l.layout, ',%')
    group by p.account_id, l.export, p.load_seq
), made_good as (
    -- 后来的同种台账：同一收件夹、文件名相同的，有同名行的，或该单位自己收件夹里有同月的行的，都算补上了
    select distinct p.load_seq, p.export, p.sheet, p.row_number
    from placed as p
    join staging.ledger_row as l on l.ledger = p.export and l.load_seq > p.load_seq
    where (l.source = p.source and l.name_key = p.name_key)
        or (l.source in (p.source, p.unit) and plain_title(l.title) = p.title_key)
        or (l.source in (case when p.folder_unit is not null then p.source end, p.unit)
            and date_trunc('month', l.held_on) = date_trunc('month', p.date))
    union
    -- 账号的数据：后来的导出含有那一天的，文章和作品有同标题的
    select p.load_seq, p.export, p.sheet, p.row_number
    from placed as p
    join later as l on l.account_id = p.account_id and l.export = p.export and l.load_seq > p.load_seq
    where p.date between l.first_on and l.last_on or list_contains(l.titles, nullif(p.title_key, ''))
)
select
    p.load_seq,         -- 版本次序
    p.export,           -- 数据编号
    p.sheet,            -- 工作表
    p.row_number,       -- 行号
    p.sha256,           -- 文件
    p.source,           -- 收件夹
    p.account_id,       -- 账号；不是账号收件夹的为空
    p.unit,             -- 单位；认不出为空
    p.date              -- 日期；认不出为空
from placed as p
left join made_good as m on m.load_seq = p.load_seq and m.export = p.export and m.sheet = p.sheet
    and m.row_number = p.row_number
where m.load_seq is null
