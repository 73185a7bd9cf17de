-- 后来的新版中没有的台账行：撤下，不再计入。例外：超过前一个文件五分之一的一段（两行以上），
-- 整段在新版的日期范围之前或之后，仍计入，并要问
-- grain: ledger, load_seq, sheet, row_number
-- incremental_by: source, ledger
with gone as (
    select
        r.ledger, r.source, r.load_seq, r.sheet, r.row_number, r.row_key, r.title, r.held_on, p.load_seq as gone_in,
            p.earlier_rows, p.answer,
        case when r.held_on < p.first_on then 'before' when r.held_on > p.last_on then 'after' end as side
    from staging.edition as p
    join staging.ledger_row as r on r.ledger = p.ledger and r.load_seq = p.earlier_load_seq
    left join (select distinct ledger, load_seq, row_key from staging.ledger_row) as l
        on l.ledger = p.ledger and l.load_seq = p.load_seq and l.row_key = r.row_key
    where p.verdict = 'edition' and l.row_key is null
), judged as (
    select
        *, side is not null and coalesce(answer, '') <> 'edition' and count(*) over (block) >= 2
            and count(*) over (block) > 0.2 * earlier_rows as is_other_stretch
    from gone
    window block as (partition by ledger, load_seq, gone_in, side)
)
select
    ledger,                                                                         -- 台账版式
    source,                                                                         -- 收件夹
    load_seq,                                                                       -- 前一个文件
    sheet,                                                                          -- 工作表
    row_number,                                                                     -- 行号
    min(row_key) as row_key,                                                        -- 行的键
    min(title) as title,                                                            -- 名称
    min(held_on) as held_on,                                                        -- 日期
    coalesce(min(gone_in) filter (where not is_other_stretch), min(gone_in)) as gone_in,  -- 没有它的新版
    bool_or(not is_other_stretch) as is_withdrawn,                                  -- 是否撤下；否则仍计入
    bool_or(is_other_stretch and answer is null) and not bool_or(not is_other_stretch)
        as asks  -- 是否要问：另一段时间的行
from judged
group by ledger, source, load_seq, sheet, row_number
