-- 新台账里有计划中没有的单位名称：行照常计入总数，但不计入任何单位，请登记
-- outcome: tell
select
    c.load_seq, cast(null as bigint) as other_load_seq,
    concat('“', v.original_name, '”中的单位“', c.name, '”（', cast(c.cell_rows as varchar),
        ' 行）不在计划的单位名单里，暂不计入任何单位。请改正台账，或登记它指哪个单位：units map ',
        c.name, ' 单位') as reason_zh,
    concat(v.original_name, ' names the unit ', c.name,
        ', which the plan does not know: correct it, or say which unit it is: units map ', c.name, ' UNIT') as reason_en
from staging.unit_cell as c
join staging.unit_name as n on n.name = c.name and n.unit is null
join staging.visible_file as v on v.load_seq = c.load_seq
join ops.context as k on k.run_id = v.run_id
