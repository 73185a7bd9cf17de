-- 门户网站录用：每月、每个平台、每个单位一行（人工台账）
-- grain: month, portal, unit_name
-- warn: 录用数不应大于报送数，排名应在参评单位数以内 | accepted <= submitted and coalesce(rank <= ranked_units, true)
with typed as (
    select
        to_month(r.month, r.default_year) as month, to_text(r.portal) as portal, to_text(r.unit_name) as unit_name,
        to_count(r.submitted) as submitted, to_count(r.accepted) as accepted, to_rate(r.acceptance_rate) as stated_rate,
        to_number(r.score) as score, to_number(r.score_to_date) as score_to_date, to_count(r.rank) as rank,
        to_count(r.ranked_units) as ranked_units, r.load_seq, r.sheet, r.row_number
    from raw.ledger_portal_month as r
    join staging.visible_file as v on v.load_seq = r.load_seq
    where not exists (select 1 from staging.gone_row as g where g.is_withdrawn
        and g.load_seq = r.load_seq and g.sheet = coalesce(r.sheet, '') and g.row_number = r.row_number)
), newest as (
    select * from typed qualify is_latest((month, portal, unit_name), load_seq, sheet, row_number)
)
select
    n.month,                                                                                    -- 月份（首日）
    n.portal,                                                                                   -- 录用平台
    n.unit_name,                                                                                -- 单位
    n.submitted,                                                                                -- 报送数
    n.accepted,                                                                                 -- 录用数
    coalesce(n.stated_rate, n.accepted / cast(nullif(n.submitted,
        0) as double)) as acceptance_rate,  -- 录用率（0–1）：台账填写，未填时由数得出
    n.score,                                                                                    -- 得分
    n.score_to_date,                                                                            -- 累计得分
    n.rank,                                                                                     -- 排名
    n.ranked_units,                                                                             -- 参评单位数
    u.unit  -- 计划中的单位；单位一栏不认识时为空
from newest as n
cross join ops.context as c
left join staging.unit_name as u on u.name = n.unit_name
where n.month <= c.as_of
