-- 门户网站录用台账（逐条）的每一行，类型化：每个文件每行一个；同一条的各行由 staging.portal_item 取最新
-- grain: load_seq, sheet, row_number
-- incremental_by: load_seq
with read as (
    select
        r.*, to_day(r.submitted_on, r.default_year) as submitted_day, plain_title(r.title) as plain,
        to_day(r.accepted_on, r.default_year) as accepted_day, to_url(r.url) as address
    from raw.ledger_portal_item as r
    join staging.visible_file as v on v.load_seq = r.load_seq
)
select
    md5(concat_ws('|', to_text(r.portal), cast(r.submitted_day as varchar), coalesce(r.plain, r.title),
        to_text(r.unit_name))) as item_id,                              -- 条目编号
    r.submitted_day as submitted_on,                                    -- 报送日期
    to_text(r.title) as title,                                          -- 标题
    r.plain as title_key,                                               -- 用于比对的标题
    to_text(r.portal) as portal,                                        -- 录用平台
    to_text(r.unit_name) as unit_text,                                  -- 报送单位原文
    coalesce(to_bool(r.is_accepted), case when r.accepted_day is not null or r.address is not null then true
        when is_blank(r.is_accepted) and is_blank(r.accepted_on) then false end)
        as is_accepted,  -- 是否录用：台账填写；未填时有录用日期或链接即为录用；写了而读不出为空
    r.accepted_day as accepted_on,                                      -- 录用日期
    to_number(r.score) as score,                                        -- 得分
    r.source,                                                           -- 收件夹
    r.load_seq,                                                         -- 版本次序
    r.sheet,                                                            -- 工作表
    r.row_number                                                        -- 行号
from read as r
