-- 台账单位栏（单位、供稿单位、涉事单位、管理单位、报送单位）写了什么，不含没有单位栏时借用的主办单位
-- grain: load_seq, name
-- incremental_by: load_seq
with cell as (
    select load_seq, to_text(unit) as name from raw.ledger_activity
    union all select load_seq, to_text(unit) from raw.ledger_product
    union all select load_seq, to_text(unit) from raw.ledger_training
    union all select load_seq, to_text(unit) from raw.ledger_interview
    union all select load_seq, to_text(unit) from raw.ledger_live
    union all select load_seq, to_text(unit_concerned) from raw.ledger_incident
    union all select load_seq, to_text(unit_name) from raw.ledger_site
    union all select load_seq, to_text(unit_name) from raw.ledger_submission
    union all select load_seq, to_text(unit_name) from raw.ledger_portal_month
    union all select load_seq, to_text(unit_name) from raw.ledger_portal_item
    union all select load_seq, coalesce(to_text(supplied_by), to_text(unit)) from raw.ledger_report
)
select
    c.load_seq,                     -- 版本次序
    c.name,                         -- 单位名称原文
    count(*) as cell_rows           -- 行数
from cell as c
join staging.visible_file as v on v.load_seq = c.load_seq
where c.name is not null
group by c.load_seq, c.name
