-- 专题培训现值：同一培训日期、名称为一次，取最新版本
-- grain: training_id
with newest as (
    select r.*
    from staging.training_row as r
    where not exists (select 1 from staging.gone_row as g where g.is_withdrawn
        and g.load_seq = r.load_seq and g.sheet = coalesce(r.sheet, '') and g.row_number = r.row_number)
    qualify is_latest(r.training_id, r.load_seq, r.sheet, r.row_number)
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
