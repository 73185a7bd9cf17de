-- 舆情台账的每一行，类型化：每个文件每行一个；同一件的各行由 staging.incident 取最新
-- grain: load_seq, sheet, row_number
-- incremental_by: load_seq
with typed as (
    select
        r.*, v.unit as folder_unit,
        to_moment(r.found_at, r.default_year) as found, to_moment(r.answered_at, r.default_year) as answered,
        to_moment(r.press_conference_at, r.default_year) as press_conference, to_text(r.incident_no) as written_no
    from raw.ledger_incident as r
    join staging.visible_file as v on v.load_seq = r.load_seq
), read as (
    -- 四位以内的数字只是序号，各月、各单位都从1编起：加上发现时间才认得出是哪一件
    select *, case when regexp_matches(half_width(written_no), '^[0-9]{1,4}$')
        then concat_ws('|', half_width(written_no), cast(found as varchar)) else written_no end as own_no
    from typed
)
select
    md5(coalesce(r.own_no, concat_ws('|', cast(r.found as varchar), plain_title(r.title))))
        as incident_id,                                                                     -- 舆情编号（内部）
    r.written_no as incident_no,                                                            -- 台账编号
    r.own_no,  -- 认定用的编号：四位以内的数字是序号，加上发现时间
    masked(to_text(r.title)) as title,                                                      -- 舆情标题
    plain_title(masked(r.title)) as title_key,                                              -- 用于比对的标题
    to_text(r.platform) as platform,                                                        -- 来源平台
    to_url(r.url) as url,                                                                   -- 链接
    to_instant(r.first_published_at, r.default_year) as first_published_at,                 -- 首次发布时间
    r.found as found_moment,                                                                -- 发现时间（当地钟表）
    cast(r.found as timestamptz) as found_at,                                               -- 发现时间
    has_clock(r.found_at) as found_has_clock,                                               -- 发现时间是否精确到时分
    to_text(r.level) as level,                                                              -- 级别
    coalesce(to_bool(r.is_emergency), false) as is_emergency,                               -- 是否涉突发事件
    to_bool(r.is_emergency) is null and not is_blank(r.is_emergency)
        as emergency_is_unread,  -- “涉突发事件”一格写了而读不出
    coalesce(to_text(r.unit_concerned), r.folder_unit) as unit_text,                        -- 涉事单位原文
    to_instant(r.judged_at, r.default_year) as judged_at,                                   -- 研判时间
    cast(r.answered as timestamptz) as answered_at,                                         -- 首次回应时间
    has_clock(r.answered_at) as answered_has_clock,                                         -- 回应时间是否精确到时分
    r.answered is null and not is_blank(r.answered_at) as answer_is_unread,                 -- 回应时间一格写了而读不出
    cast(r.press_conference as timestamptz) as press_conference_at,                         -- 发布会时间
    r.press_conference is null and not is_blank(r.press_conference_at) as press_is_unread, -- 发布会时间一格写了而读不出
    to_instant(r.closed_at, r.default_year) as closed_at,                                   -- 办结时间
    to_text(r.answer_form) as answer_form,                                                  -- 回应方式
    masked(to_text(r.outcome)) as outcome,                                                  -- 办结情况
    to_text(r.state) as state_raw,                                                          -- 状态原文
    r.load_seq,                                                                             -- 版本次序
    r.sheet,                                                                                -- 工作表
    r.row_number                                                                            -- 行号
from read as r
