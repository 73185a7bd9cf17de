-- 门户网站在线访谈现值：同一平台、日期、主题为一场，取最新版本
-- grain: interview_id
with newest as (
    select r.*
    from staging.interview_row as r
    where not exists (select 1 from staging.gone_row as g where g.is_withdrawn
        and g.load_seq = r.load_seq and g.sheet = coalesce(r.sheet, '') and g.row_number = r.row_number)
    qualify is_latest(r.interview_id, r.load_seq, r.sheet, r.row_number)
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
