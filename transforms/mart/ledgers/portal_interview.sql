-- 门户网站在线访谈：每场一行（人工台账）
-- grain: interview_id
-- warn: 现场答复数与后续答复数之和不应大于提问数
--     | coalesce(answered_live, 0) + coalesce(answered_later, 0) <= coalesce(questions, 1000000)
select
    i.interview_id,         -- 访谈编号
    i.topic,                -- 访谈主题
    i.held_at,              -- 访谈时间
    i.held_on,              -- 访谈日期（北京时间）
    i.portal,               -- 访谈平台
    i.guests,               -- 访谈嘉宾
    i.guest_post,           -- 嘉宾单位职务
    i.interview_form,       -- 形式
    i.host,                 -- 主办单位
    i.questions,            -- 网友提问数
    i.answered_live,        -- 现场答复数
    i.answered_later,       -- 后续答复数
    i.viewers,              -- 观看人数
    i.url,                  -- 访谈链接
    u.unit                  -- 单位
from staging.interview as i
left join staging.unit_name as u on u.name = i.unit_text
