-- 专题培训台账的每一行，类型化：每个文件每行一个；同一次的各行由 staging.training 取最新
-- grain: load_seq, sheet, row_number
-- incremental_by: load_seq
with read as (
    select r.*, v.unit as folder_unit, to_range_start(r.started_on, r.default_year) as first_day
    from raw.ledger_training as r
    join staging.visible_file as v on v.load_seq = r.load_seq
)
select
    md5(concat_ws('|', cast(r.first_day as varchar), plain_title(r.name))) as training_id,  -- 培训编号
    to_text(r.name) as name,                                                                -- 培训名称
    plain_title(r.name) as name_key,                                                        -- 用于比对的名称
    to_text(r.training_type) as training_type,                                              -- 培训类型
    r.first_day as started_on,                                                              -- 培训日期
    to_range_end(r.started_on, r.default_year) as ended_on,                                 -- 结束日期
    to_text(r.training_form) as training_form,                                              -- 培训形式
    to_text(r.place) as place,                                                              -- 地点
    to_text(r.host) as host,                                                                -- 主办单位
    to_text(r.lecturer) as lecturer,                                                        -- 授课人
    to_text(r.audience) as audience,                                                        -- 参训对象
    to_count(r.participants) as participants,                                               -- 参训人数
    to_count(r.expected_participants) as expected_participants,                             -- 应到人数
    to_number(r.hours) as hours,                                                            -- 学时
    to_count(r.passed) as passed,                                                           -- 考核合格人数
    to_text(r.satisfaction) as satisfaction,                                                -- 满意度原文
    coalesce(to_text(r.unit), r.folder_unit) as unit_text,                                  -- 单位原文
    to_text(r.project) as project_text,                                                     -- 宣传项目原文
    r.source,                                                                               -- 收件夹
    r.load_seq,                                                                             -- 版本次序
    r.sheet,                                                                                -- 工作表
    r.row_number                                                                            -- 行号
from read as r
