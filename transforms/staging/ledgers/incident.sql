-- 舆情处置现值：有编号的按编号，否则按发现时间和标题；取最新版本
-- grain: incident_id
with typed as (
    select
        md5(coalesce(to_text(r.incident_no), concat_ws('|', cast(to_moment(r.found_at, r.default_year) as varchar),
            plain_title(r.title)))) as incident_id,
        to_text(r.incident_no) as incident_no, masked(to_text(r.title)) as title, to_text(r.platform) as platform,
            to_url(r.url) as url,
        to_instant(r.first_published_at, r.default_year) as first_published_at,
        to_instant(r.found_at, r.default_year) as found_at, has_clock(r.found_at) as found_has_clock,
        to_text(r.level) as level, coalesce(to_bool(r.is_emergency), false) as is_emergency,
        to_bool(r.is_emergency) is null and not is_blank(r.is_emergency) as emergency_is_unread,
            coalesce(to_text(r.unit_concerned), v.unit) as unit_text,
        to_instant(r.judged_at, r.default_year) as judged_at,
        to_instant(r.answered_at, r.default_year) as answered_at, has_clock(r.answered_at) as answered_has_clock,
        to_moment(r.answered_at, r.default_year) is null and not is_blank(r.answered_at) as answer_is_unread,
        to_instant(r.press_conference_at, r.default_year) as press_conference_at,
        to_moment(r.press_conference_at, r.default_year) is null and not is_blank(r.press_conference_at)
            as press_is_unread,
        to_instant(r.closed_at, r.default_year) as closed_at, to_text(r.answer_form) as answer_form,
            masked(to_text(r.outcome)) as outcome,
        to_text(r.state) as state_raw, r.load_seq, r.sheet, r.row_number
    from raw.ledger_incident as r
    join staging.visible_file as v on v.load_seq = r.load_seq
    where not exists (select 1 from staging.gone_row as g where g.is_withdrawn
        and g.load_seq = r.load_seq and g.sheet = coalesce(r.sheet, '') and g.row_number = r.row_number)
), newest as (
    select * from typed qualify is_latest(incident_id, load_seq, sheet, row_number)
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
