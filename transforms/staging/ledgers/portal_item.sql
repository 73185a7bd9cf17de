-- 门户网站录用台账（逐条）现值：同一平台、报送日期、标题、报送单位为一条，取最新版本
-- grain: item_id
with typed as (
    select
        r.*, to_day(r.submitted_on, r.default_year) as submitted_day,
        to_day(r.accepted_on, r.default_year) as accepted_day, to_url(r.url) as address
    from raw.ledger_portal_item as r
    join staging.visible_file as v on v.load_seq = r.load_seq
    where not exists (select 1 from staging.gone_row as g where g.is_withdrawn
        and g.load_seq = r.load_seq and g.sheet = coalesce(r.sheet, '') and g.row_number = r.row_number)
), keyed as (
    select *, md5(concat_ws('|', to_text(portal), cast(submitted_day as varchar), coalesce(plain_title(title), title),
        to_text(unit_name))) as item_id
    from typed
), newest as (
    select * from keyed qualify is_latest(item_id, load_seq, sheet, row_number)
)
select
    n.item_id,                                                          -- 条目编号
    n.submitted_day as submitted_on,                                    -- 报送日期 !not_null
    cast(date_trunc('month', n.submitted_day) as date) as month,        -- 报送月份（首日）
    to_text(n.title) as title,                                          -- 标题 !not_null
    to_text(n.portal) as portal,                                        -- 录用平台
    to_text(n.unit_name) as unit_text,                                  -- 报送单位原文
    coalesce(to_bool(n.is_accepted), case when n.accepted_day is not null or n.address is not null then true
        when is_blank(n.is_accepted) and is_blank(n.accepted_on) then false end)
        as is_accepted,  -- 是否录用：台账填写；未填时有录用日期或链接即为录用；写了而读不出为空
    n.accepted_day as accepted_on,                                      -- 录用日期
    to_number(n.score) as score,                                        -- 得分
    n.source,                                                           -- 收件夹
    n.load_seq,                                                         -- 版本次序
    n.sheet,                                                            -- 工作表
    n.row_number                                                        -- 行号
from newest as n
cross join ops.context as c
where n.submitted_day <= c.as_of
