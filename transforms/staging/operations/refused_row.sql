-- 没有收下、也没有被后来交的文件补上的行：属于哪个收件夹、哪种数据、哪一天。日期读不出的，记在该文件这种台账的最后一天
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
        nullif(regexp_extract(w.cells, '"(date|started_on|published_on|month)":"([^"]*)"', 2), '') as day_text,
        try_cast(nullif(regexp_extract(w.cells, '"default_year":([0-9]{4})', 1), '') as integer) as default_year
    from written as w
    left join staging.decision as d on d.kind = 'rows' and d.is_current and d.value is not null
        and d.subject = concat(w.sha256, '|', w.source)
    where d.subject is null
), delivered as (
    select ledger, load_seq, source, name_key, max(held_on) as last_on from staging.ledger_row group by ledger,
        load_seq, source, name_key
), placed as (
    select
        k.*, l.export, coalesce(k.folder_unit, n.unit, a.unit, u.unit, h.unit) as unit,
        coalesce(to_range_start(k.day_text, k.default_year), to_month(k.day_text, k.default_year), d.last_on) as date
    from kept as k
    join raw.expected_layout as l on concat(',', k.layouts, ',') like concat('%,', l.layout, ',%')
    left join delivered as d on d.ledger = l.layout and d.load_seq = k.load_seq
    left join staging.unit_name as n on n.name = k.unit_text
    left join raw.unit_alias as a on a.alias = k.unit_text
    left join raw.unit as u on u.unit = k.unit_text
    left join staging.unit_name as h on h.name = k.host and k.unit_text is null
), made_good as (
    -- 后来的同种台账：同一收件夹、文件名相同的，有同名行的，或该单位自己收件夹里有同月的行的，都算补上了
    select distinct p.load_seq, p.export, p.sheet, p.row_number
    from placed as p
    join staging.ledger_row as l on l.ledger = p.export and l.load_seq > p.load_seq
    where (l.source = p.source and l.name_key = p.name_key)
        or (l.source in (p.source, p.unit) and plain_title(l.title) = p.title_key)
        or (l.source in (case when p.folder_unit is not null then p.source end, p.unit)
            and date_trunc('month', l.held_on) = date_trunc('month', p.date))
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
