-- 舆情处置现值：有编号的按编号（四位以内的数字是序号，加上发现时间），否则按发现时间和标题；取最新版本
-- grain: incident_id
with newest as (
    select r.*
    from staging.incident_row as r
    where not exists (select 1 from staging.gone_row as g where g.is_withdrawn
        and g.load_seq = r.load_seq and g.sheet = coalesce(r.sheet, '') and g.row_number = r.row_number)
    qualify is_latest(r.incident_id, r.load_seq, r.sheet, r.row_number)
)
select
    n.incident_id,          -- 舆情编号（内部）
    n.incident_no,          -- 台账编号
    n.title,                -- 舆情标题 !not_null
    n.platform,             -- 来源平台
    n.url,                  -- 原文链接
    n.first_published_at,   -- 首次发布时间
    n.found_at,             -- 发现时间 !not_null
    n.found_has_clock,      -- 发现时间是否精确到时分
    n.level,                -- 级别
    n.is_emergency,         -- 是否涉突发事件
    n.emergency_is_unread,  -- “涉突发事件”一格写了而读不出
    n.unit_text,            -- 涉事单位原文
    n.judged_at,            -- 研判时间
    n.answered_at,          -- 首次回应时间
    n.answered_has_clock,   -- 回应时间是否精确到时分
    n.answer_is_unread,     -- 回应时间一格写了而读不出
    n.press_conference_at,  -- 发布会时间
    n.press_is_unread,      -- 发布会时间一格写了而读不出
    n.closed_at,            -- 办结时间
    n.answer_form,          -- 回应方式
    n.outcome,              -- 办结情况
    coalesce(n.state_raw, case when n.closed_at is not null then '已办结' when n.answered_at is not null then '已回应'
        when n.answer_is_unread then '待核实' when n.judged_at is not null
            then '处置中' else '待研判' end) as state,  -- 状态：台账填写，未填时由时间得出
    n.load_seq,             -- 版本次序
    n.sheet,                -- 工作表
    n.row_number            -- 行号
from newest as n
cross join ops.context as c
where n.found_at < cast(c.as_of + 1 as timestamptz)
