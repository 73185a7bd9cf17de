-- 计划中没有的单位名称：台账写了，不知道指哪个单位，相关行不计入任何单位。请改正台账，或登记它指哪个单位（units map）
-- grain: name
select
    c.name,                                                                     -- 单位名称原文
    sum(c.cell_rows) as ledger_rows,                                            -- 行数
    count(distinct v.sha256) as files,                                          -- 文件数
    max_by(v.original_name, v.load_seq) as file,                                -- 最近的文件
    max_by(v.source, v.load_seq) as source,                                     -- 最近的收件夹
    min(v.known_on) as since                                                    -- 最早从哪一晚起
from staging.unit_cell as c
join staging.unit_name as n on n.name = c.name and n.unit is null
join staging.visible_file as v on v.load_seq = c.load_seq
group by c.name
