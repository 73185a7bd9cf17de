-- 专题培训现值：同一培训日期、名称为一次，取最新版本
-- grain: training_id
with typed as (
    select
        md5(concat_ws('|', cast(to_range_start(r.started_on, r.default_year) as varchar), plain_title(r.name)))
            as training_id,
        to_text(r.name) as name, to_text(r.training_type) as training_type, to_range_start(r.started_on, r.default_year)
            as started_on,
        to_range_end(r.started_on, r.default_year) as ended_on, to_text(r.training_form) as training_form,
            to_text(r.place) as place,
        to_text(r.host) as host, to_text(r.lecturer) as lecturer, to_text(r.audience) as audience,
        to_count(r.participants) as participants, to_count(r.expected_participants) as expected_participants,
        to_number(r.hours) as hours, to_count(r.passed) as passed, to_text(r.satisfaction) as satisfaction,
        coalesce(to_text(r.unit), v.unit) as unit_text, to_text(r.project) as project_text, r.source, r.load_seq,
            r.sheet, r.row_number
    from raw.ledger_training as r
    join staging.visible_file as v on v.load_seq = r.load_seq
    where not exists (select 1 from staging.gone_row as g where g.is_withdrawn
        and g.load_seq = r.load_seq and g.sheet = coalesce(r.sheet, '') and g.row_number = r.row_number)
), newest as (
    select * from typed qualify is_latest(training_id, load_seq, sheet, row_number)
)
select
    n.training_id,              -- 培训编号
    n.name,                     -- 培训名称 !not_null
    n.training_type,            -- 培训类型
    n.started_on,               -- 培训日期 !not_null
    n.ended_on,                 -- 结束日期
    n.training_form,            -- 培训形式
    n.place,                    -- 地点
    n.host,                     -- 主办单位
    n.lecturer,                 -- 授课人
    n.audience,                 -- 参训对象
    n.participants,             -- 参训人数
    n.expected_participants,    -- 应到人数
    n.hours,                    -- 学时
    n.passed,                   -- 考核合格人数
    n.satisfaction,             -- 满意度原文
    n.unit_text,                -- 单位原文
    n.project_text,             -- 宣传项目原文
    n.source,                   -- 收件夹
    n.load_seq,                 -- 版本次序
    n.sheet,                    -- 工作表
    n.row_number                -- 行号
from newest as n
cross join ops.context as c
where n.started_on <= c.as_of
