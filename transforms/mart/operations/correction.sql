-- 更正：人工登记的来源错误（corrections.toml），每条一行，写明是否生效。来源的值与登记时的预期不同就不更正
-- grain: correction_id
-- warn: 有更正没有生效：来源的值不是预期的值，或找不到该行。请核对 corrections.toml | outcome = 'applied'
select
    k.correction_id,                                            -- 更正编号：表.列 与行的键
    k.table_name,                                               -- 被更正的表
    k.row_key,                                                  -- 行的键（JSON）
    k.column_name,                                              -- 列
    k.expect,                                                   -- 预期的来源值；空为没有值
    r.found,                                                    -- 本次来源的值
    k.value,                                                    -- 更正后的值；空为未知
    coalesce(r.outcome, 'not_built')
        as outcome,  /* 结果：applied 已更正；unexpected 来源的值不是预期的；no_row 没有该行；many_rows 键不唯一；
            unreadable 值与列的类型不符 !in(applied, unexpected, no_row, many_rows, unreadable, not_built) */
    case coalesce(r.outcome, 'not_built') when 'applied' then '已更正'
        when 'unexpected' then '来源的值与登记时不同，没有更正：请核对后改写或删去这一条'
        when 'no_row' then '没有这一行，没有更正：请核对键' when 'many_rows' then '键对应多行，没有更正：请把键写全'
        when 'unreadable' then '登记的值不合该列的类型，没有更正' else '该表本次没有生成' end
            as outcome_zh,  -- 结果说明
    k.reason,                                                   -- 理由
    k.corrected_by,                                             -- 谁更正
    k.corrected_on,                                             -- 何时更正
    k.file                                                      -- 写在哪个文件
from raw.correction as k
left join ops.correction_result as r on r.correction_id = k.correction_id
