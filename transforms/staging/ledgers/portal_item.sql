-- 门户网站录用台账（逐条）现值：同一平台、报送日期、标题、报送单位为一条，取最新版本
-- grain: item_id
with newest as (
    select r.*
    from staging.portal_item_row as r
    where not exists (select 1 from staging.gone_row as g where g.is_withdrawn
        and g.load_seq = r.load_seq and g.sheet = coalesce(r.sheet, '') and g.row_number = r.row_number)
    qualify is_latest(r.item_id, r.load_seq, r.sheet, r.row_number)
)
select
    n.item_id,                                                          -- 条目编号
    n.submitted_on,                                                     -- 报送日期 !not_null
    cast(date_trunc('month', n.submitted_on) as date) as month,         -- 报送月份（首日）
    n.title,                                                            -- 标题 !not_null
    n.portal,                                                           -- 录用平台
    n.unit_text,                                                        -- 报送单位原文
    n.is_accepted,  -- 是否录用：台账填写；未填时有录用日期或链接即为录用；写了而读不出为空
    n.accepted_on,                                                      -- 录用日期
    n.score,                                                            -- 得分
    n.source,                                                           -- 收件夹
    n.load_seq,                                                         -- 版本次序
    n.sheet,                                                            -- 工作表
    n.row_number                                                        -- 行号
from newest as n
cross join ops.context as c
where n.submitted_on <= c.as_of
