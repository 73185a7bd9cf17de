-- 投稿报送台账的每一行，类型化：每个文件每行一个；同一件的各行由 staging.submission 取最新
-- grain: load_seq, sheet, row_number
-- incremental_by: load_seq
with read as (
    select
        r.*, to_day(r.adopted_on, r.default_year) as adopted, to_url(r.url) as address
    from raw.ledger_submission as r
    join staging.visible_file as v on v.load_seq = r.load_seq
)
select
    to_day(r.submitted_on, r.default_year) as submitted_on,                                 -- 报送日期
    to_text(r.title) as title,                                                              -- 标题
    plain_title(r.title) as title_key,                                                      -- 用于比对的标题
    to_text(r.unit_name) as unit_text,                                                      -- 报送单位原文
    to_text(r.section_name) as section_name,                                                -- 栏目：每日一案、强转树等
    to_text(r.piece_type) as piece_type,                                                    -- 稿件类型
    coalesce(to_bool(r.is_adopted), case when r.adopted is not null or r.address is not null then true
        when is_blank(r.is_adopted) and is_blank(r.adopted_on) and not coalesce(lacks_address(r.url), false)
            then false end) as is_adopted,  -- 是否采用：台账填写；未填时有采用日期或链接即为采用；写了而读不出为空
    r.adopted as adopted_on,                                                                -- 采用日期
    to_text(r.adopted_by) as adopted_by,                                                    -- 采用平台
    r.address as url,                                                                       -- 发布链接
    to_text(r.author) as author,                                                            -- 作者
    to_text(r.project) as project_text,                                                     -- 宣传项目原文
    r.source,                                                                               -- 收件夹
    r.load_seq,                                                                             -- 版本次序
    r.sheet,                                                                                -- 工作表
    r.row_number                                                                            -- 行号
from read as r
