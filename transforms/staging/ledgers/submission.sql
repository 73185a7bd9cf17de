-- 投稿报送现值：同一报送单位、报送日期、标题为一件，取最新版本
-- grain: submission_id
with typed as (
    select
        md5(concat_ws('|', coalesce(u.unit, to_text(r.unit_name)),
            cast(to_day(r.submitted_on, r.default_year) as varchar), plain_title(r.title))) as submission_id,
        to_day(r.submitted_on, r.default_year) as submitted_on, to_text(r.title) as title,
            coalesce(u.unit, to_text(r.unit_name)) as sender, u.unit,
        to_text(r.section_name) as section_name, to_text(r.piece_type) as piece_type,
        coalesce(to_bool(r.is_adopted), case
            when to_day(r.adopted_on, r.default_year) is not null or to_url(r.url) is not null then true
            when is_blank(r.is_adopted) and is_blank(r.adopted_on) and not coalesce(lacks_address(r.url), false)
                then false end) as is_adopted,
        to_day(r.adopted_on, r.default_year) as adopted_on, to_text(r.adopted_by) as adopted_by, to_url(r.url) as url,
            to_text(r.author) as author,
        to_text(r.project) as project_text, r.source, r.load_seq, r.sheet, r.row_number
    from raw.ledger_submission as r
    join staging.visible_file as v on v.load_seq = r.load_seq
    left join staging.unit_name as u on u.name = to_text(r.unit_name)
    where not exists (select 1 from staging.gone_row as g where g.is_withdrawn
        and g.load_seq = r.load_seq and g.sheet = coalesce(r.sheet, '') and g.row_number = r.row_number)
), newest as (
    select * from typed qualify is_latest(submission_id, load_seq, sheet, row_number)
)
select
    n.submission_id,    -- 投稿编号
    n.submitted_on,     -- 报送日期 !not_null
    n.title,            -- 标题 !not_null
    n.sender,           -- 报送单位
    n.unit,             -- 单位（计划中的名称）；不认识的为空
    n.section_name,     -- 栏目：每日一案、强转树等
    n.piece_type,       -- 稿件类型
    n.is_adopted,       -- 是否采用：台账填写；未填时有采用日期或链接即为采用；写了而读不出为空
    n.adopted_on,       -- 采用日期
    n.adopted_by,       -- 采用平台
    n.url,              -- 发布链接
    n.author,           -- 作者
    n.project_text,     -- 宣传项目原文
    n.source,           -- 收件夹
    n.load_seq,         -- 版本次序
    n.sheet,            -- 工作表
    n.row_number        -- 行号
from newest as n
cross join ops.context as c
where n.submitted_on <= c.as_of
