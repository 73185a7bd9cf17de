-- 投稿报送现值：同一报送单位、报送日期、标题为一件，取最新版本
-- grain: submission_id
with sent as (
    select
        md5(concat_ws('|', coalesce(u.unit, r.unit_text), cast(r.submitted_on as varchar), r.title_key))
            as submission_id,
        r.*, coalesce(u.unit, r.unit_text) as sender, u.unit
    from staging.submission_row as r
    left join staging.unit_name as u on u.name = r.unit_text
    where not exists (select 1 from staging.gone_row as g where g.is_withdrawn
        and g.load_seq = r.load_seq and g.sheet = coalesce(r.sheet, '') and g.row_number = r.row_number)
), newest as (
    select * from sent qualify is_latest(submission_id, load_seq, sheet, row_number)
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
