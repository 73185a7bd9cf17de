-- 门户网站录用台账（按月）的每一行，类型化：每个文件每行一个；同月、同平台、同单位由 mart.portal_month 取最新
-- grain: load_seq, sheet, row_number
-- incremental_by: load_seq
select
    to_month(r.month, r.default_year) as month,  -- 月份（首日）
    to_text(r.portal) as portal,                 -- 录用平台
    to_text(r.unit_name) as unit_name,           -- 单位
    to_count(r.submitted) as submitted,          -- 报送数
    to_count(r.accepted) as accepted,            -- 录用数
    to_rate(r.acceptance_rate) as stated_rate,   -- 台账填写的录用率（0–1）
    to_number(r.score) as score,                 -- 得分
    to_number(r.score_to_date) as score_to_date, -- 累计得分
    to_count(r.rank) as rank,                    -- 排名
    to_count(r.ranked_units) as ranked_units,    -- 参评单位数
    r.load_seq,                                  -- 版本次序
    r.sheet,                                     -- 工作表
    r.row_number                                 -- 行号
from raw.ledger_portal_month as r
join staging.visible_file as v on v.load_seq = r.load_seq
