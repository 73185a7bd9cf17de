-- 门户网站在线访谈现值：同一平台、日期、主题为一场，取最新版本
-- grain: interview_id
with typed as (
    select
        md5(concat_ws('|', to_text(r.portal), cast(to_day(r.held_at, r.default_year) as varchar), plain_title(r.topic)))
            as interview_id,
        to_text(r.topic) as topic, to_instant(r.held_at, r.default_year) as held_at, to_day(r.held_at, r.default_year)
            as held_on,
        to_text(r.portal) as portal, to_text(r.guests) as guests, to_text(r.guest_post) as guest_post,
        to_text(r.interview_form) as interview_form, to_text(r.host) as host,
        to_count(r.questions) as questions, to_count(r.answered_live) as answered_live, to_count(r.answered_later)
            as answered_later,
        to_count(r.viewers) as viewers, to_url(r.url) as url, coalesce(to_text(r.unit), v.unit) as unit_text,
            to_text(r.project) as project_text,
        r.source, r.load_seq, r.sheet, r.row_number
    from raw.ledger_interview as r
    join staging.visible_file as v on v.load_seq = r.load_seq
    where not exists (select 1 from staging.gone_row as g where g.is_withdrawn
        and g.load_seq = r.load_seq and g.sheet = coalesce(r.sheet, '') and g.row_number = r.row_number)
), newest as (
    select * from typed qualify is_latest(interview_id, load_seq, sheet, row_number)
)
select
    n.interview_id,     -- 访谈编号
    n.topic,            -- 访谈主题 !not_null
    n.held_at,          -- 访谈时间
    n.held_on,          -- 访谈日期 !not_null
    n.portal,           -- 访谈平台
    n.guests,           -- 访谈嘉宾
    n.guest_post,       -- 嘉宾单位职务
    n.interview_form,   -- 形式
    n.host,             -- 主办单位
    n.questions,        -- 网友提问数
    n.answered_live,    -- 现场答复数
    n.answered_later,   -- 后续答复数
    n.viewers,          -- 观看人数
    n.url,              -- 访谈链接
    n.unit_text,        -- 单位原文
    n.project_text,     -- 宣传项目原文
    n.source,           -- 收件夹
    n.load_seq,         -- 版本次序
    n.sheet,            -- 工作表
    n.row_number        -- 行号
from newest as n
cross join ops.context as c
where n.held_on <= c.as_of
