-- 台账和报道里写的单位名称：对应计划中的哪个单位。先按人工答复，再按计划所列别名，再按规则；都不行为空
-- grain: name
with written as (
    select unit_text as name from staging.activity
    union select unit_text from staging.product
    union select unit_text from staging.training
    union select unit_text from staging.interview
    union select unit_text from staging.incident
    union select unit_text from staging.live
    union select unit_text from staging.report_row
    union select to_text(unit_name) from raw.ledger_site
    union select to_text(unit_name) from raw.ledger_submission
    union select to_text(unit_name) from raw.ledger_portal_month
    union select to_text(unit_name) from raw.ledger_portal_item
), by_rule as (
    select plain_unit(alias) as plain_name, min(unit) as unit
    from raw.unit_alias
    where plain_unit(alias) is not null
    group by plain_unit(alias)
    having count(distinct unit) = 1
), answered as (
    select d.subject as name, u.unit
    from staging.decision as d
    join raw.unit as u on u.unit = d.value
    where d.kind = 'unit' and d.is_current
)
select
    w.name,                                             -- 单位名称原文 !not_null
    coalesce(k.unit, a.unit, r.unit) as unit,           -- 计划中的单位；空为不认识
    case when k.unit is not null then '人工' when a.unit is not null then '别名' when r.unit is not null then '规则' end
        as basis  -- 依据
from written as w
left join answered as k on k.name = w.name
left join raw.unit_alias as a on a.alias = w.name
left join by_rule as r on r.plain_name = plain_unit(w.name)
where w.name is not null
