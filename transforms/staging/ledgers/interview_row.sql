-- 门户网站在线访谈台账的每一行，类型化：每个文件每行一个；同一场的各行由 staging.interview 取最新
-- grain: load_seq, sheet, row_number
-- incremental_by: load_seq
with read as (
    select r.*, v.unit as folder_unit, to_moment(r.held_at, r.default_year) as held
    from raw.ledger_interview as r
    join staging.visible_file as v on v.load_seq = r.load_seq
)
select
    md5(concat_ws('|', to_text(r.portal), cast(cast(r.held as date) as varchar), plain_title(r.topic)))
        as interview_id,                                                                    -- 访谈编号
    to_text(r.topic) as topic,                                                              -- 访谈主题
    plain_title(r.topic) as topic_key,                                                      -- 用于比对的主题
    cast(r.held as timestamptz) as held_at,                                                 -- 访谈时间
    cast(r.held as date) as held_on,                                                        -- 访谈日期
    to_text(r.portal) as portal,                                                            -- 访谈平台
    to_text(r.guests) as guests,                                                            -- 访谈嘉宾
    to_text(r.guest_post) as guest_post,                                                    -- 嘉宾单位职务
    to_text(r.interview_form) as interview_form,                                            -- 形式
    to_text(r.host) as host,                                                                -- 主办单位
    to_count(r.questions) as questions,                                                     -- 网友提问数
    to_count(r.answered_live) as answered_live,                                             -- 现场答复数
    to_count(r.answered_later) as answered_later,                                           -- 后续答复数
    to_count(r.viewers) as viewers,                                                         -- 观看人数
    to_url(r.url) as url,                                                                   -- 访谈链接
    coalesce(to_text(r.unit), r.folder_unit) as unit_text,                                  -- 单位原文
    to_text(r.project) as project_text,                                                     -- 宣传项目原文
    r.source,                                                                               -- 收件夹
    r.load_seq,                                                                             -- 版本次序
    r.sheet,                                                                                -- 工作表
    r.row_number                                                                            -- 行号
from read as r
