-- 同一收件夹、同一台账先后两个文件的关系：文件名相同（副本标记和日期除外），或后一个含有前一个八成以上的键，才相比较
-- edition 新版：前一个的键有一半以上仍在；pieces 分件：没有共同的键，都计入；in_doubt 存疑：介于其间。人工答复优先，
-- 并按台账、收件夹、文件名记住
-- grain: ledger, load_seq, earlier_load_seq
-- incremental_by: source, ledger
with file as (
    select
        ledger, source, load_seq, sha256, name_key, count(distinct row_key) as keys, count(*) as file_rows,
        min(held_on) as first_on, max(held_on) as last_on
    from staging.ledger_row
    group by ledger, source, load_seq, sha256, name_key
), shared as (
    select e.ledger, e.source, l.load_seq, e.load_seq as earlier_load_seq, count(distinct e.row_key) as keys
    from staging.ledger_row as e
    join staging.ledger_row as l
        on l.ledger = e.ledger and l.source = e.source and l.row_key = e.row_key and l.load_seq > e.load_seq
    group by e.ledger, e.source, l.load_seq, e.load_seq
), own_answer as (
    select f.ledger, f.load_seq, d.kind
    from file as f
    join staging.decision as d on d.topic = 'edition' and d.is_current and d.subject = f.sha256
        and coalesce(d.value, '') <> 'open'  -- 收回的答复不算
), remembered as (
    select f.ledger, f.source, f.name_key, max_by(d.kind, d.position) as kind
    from file as f
    join staging.decision as d on d.topic = 'edition' and d.is_current and d.subject = f.sha256
        and coalesce(d.value, '') <> 'open'  -- 收回的答复不算
    group by f.ledger, f.source, f.name_key
), pair as (
    select
        l.ledger, l.source, l.load_seq, e.load_seq as earlier_load_seq, e.file_rows as earlier_rows, l.first_on,
            l.last_on,
        coalesce(s.keys, 0) as shared_keys, coalesce(s.keys, 0) / cast(e.keys as double) as share,
            l.name_key = e.name_key as is_same_name,
        coalesce(l.first_on <= e.last_on and e.first_on <= l.last_on, true) as is_same_period, o.kind as own_kind,
        case when l.name_key = e.name_key then r.kind end as remembered_kind
    from file as l
    join file as e on e.ledger = l.ledger and e.source = l.source and e.load_seq < l.load_seq
    left join shared as s on s.ledger = l.ledger and s.load_seq = l.load_seq and s.earlier_load_seq = e.load_seq
    left join own_answer as o on o.ledger = l.ledger and o.load_seq = l.load_seq
    left join remembered as r on r.ledger = l.ledger and r.source = l.source and r.name_key = l.name_key
    where l.name_key = e.name_key or coalesce(s.keys, 0) >= 0.8 * e.keys
), direct as (
    select *, case when own_kind is not null then own_kind when share >= 0.5 then 'edition'
        when remembered_kind is not null then remembered_kind
        when shared_keys = 0 then 'pieces' else 'in_doubt' end as direct_verdict
    from pair
), replaced as (
    -- 前一个已被新版接替，而本文件又是那个新版或其后某一版的新版：本文件也是前一个的新版
    select distinct p.ledger, p.load_seq, p.earlier_load_seq
    from direct as p
    join direct as n on n.ledger = p.ledger and n.earlier_load_seq = p.earlier_load_seq and n.load_seq < p.load_seq
        and n.direct_verdict = 'edition'
    join direct as q on q.ledger = p.ledger and q.load_seq = p.load_seq and q.earlier_load_seq >= n.load_seq
        and q.direct_verdict = 'edition'
)
select
    p.ledger,                                                       -- 台账版式
    p.source,                                                       -- 收件夹
    p.load_seq,                                                     -- 后一个文件
    p.earlier_load_seq,                                             -- 前一个文件
    p.earlier_rows,                                                 -- 前一个文件的行数
    p.shared_keys,                                                  -- 前一个文件中仍在的键数
    p.share,                                                        -- 前一个文件中仍在的键所占比例（0–1）
    p.is_same_name,                                                 -- 文件名是否相同
    p.is_same_period,                                               -- 两个文件的日期范围是否重叠
    p.first_on,                                                     -- 后一个文件最早的日期
    p.last_on,                                                      -- 后一个文件最晚的日期
    coalesce(p.own_kind, p.remembered_kind) as answer,              -- 人工答复：edition 新版；pieces 分件；空为没有
    case when p.own_kind is null and r.load_seq is not null then 'edition'
        else p.direct_verdict end as verdict,  -- 关系 !in(edition, pieces, in_doubt)
    p.direct_verdict = 'pieces' and p.own_kind is null and p.remembered_kind is null and p.is_same_name
        and p.is_same_period
        and r.load_seq is null as asks                              -- 是否要问：没有共同的键，文件名和日期范围却相同
from direct as p
left join replaced as r on r.ledger = p.ledger and r.load_seq = p.load_seq and r.earlier_load_seq = p.earlier_load_seq
