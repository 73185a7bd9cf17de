-- 项目数据台账的每一行，类型化：每个文件每行一个；同一项目、数据、统计日由 mart.project_figure 取最新
-- grain: load_seq, sheet, row_number
-- incremental_by: load_seq
select
    to_text(r.project) as project_text,                 -- 宣传项目原文
    to_text(r.figure) as figure,                        -- 数据名称
    to_day(r.counted_on, r.default_year) as counted_on, -- 统计日期
    to_number(r.value) as value,                        -- 数值
    to_text(r.measure_unit) as measure_unit,            -- 计量单位
    to_text(r.evidence) as evidence,                    -- 佐证材料
    r.load_seq,                                         -- 版本次序
    r.sheet,                                            -- 工作表
    r.row_number                                        -- 行号
from raw.ledger_project_figure as r
join staging.visible_file as v on v.load_seq = r.load_seq
