-- 门户网站录用：每月、每个平台、每个单位一行（人工台账）。没有按月台账的，由逐条台账数出；都有的以按月台账为准
-- grain: month, portal, unit_name
-- warn: 按月台账与逐条台账的报送数、录用数应一致，请核对
--     | coalesce(submitted = items_submitted and accepted = items_accepted, true)
-- warn: 录用数不应大于报送数，排名应在参评单位数以内 | accepted <= submitted and coalesce(rank <= ranked_units, true)
with kept as (
    select r.*
    from staging.portal_month_row as r
    where not exists (select 1 from staging.gone_row as g where g.is_withdrawn
        and g.load_seq = r.load_seq and g.sheet = coalesce(r.sheet, '') and g.row_number = r.row_number)
), newest as (
    select t.*, u.unit, coalesce(u.unit, t.unit_name) as owner
    from kept as t
    left join staging.unit_name as u on u.name = t.unit_name
    qualify is_latest((t.month, t.portal, t.unit_name), t.load_seq, t.sheet, t.row_number)
), item as (
    select
        i.month, i.portal, coalesce(u.unit, i.unit_text) as owner, min(u.unit) as unit, min(i.unit_text) as unit_name,
        count(*) as submitted, count(*) filter (where i.is_accepted) as accepted, sum(i.score) as score
    from staging.portal_item as i
    left join staging.unit_name as u on u.name = i.unit_text
    group by i.month, i.portal, coalesce(u.unit, i.unit_text)
), united as (
    select
        n.month, n.portal, n.unit_name, n.submitted, n.accepted, n.stated_rate, n.score, n.score_to_date, n.rank,
        n.ranked_units, n.unit, i.submitted as items_submitted, i.accepted as items_accepted
    from newest as n
    left join item as i on i.month = n.month and i.portal = n.portal and i.owner = n.owner
    union all
    select
        i.month, i.portal, i.unit_name, i.submitted, i.accepted, null, i.score, null, null, null, i.unit, i.submitted,
        i.accepted
    from item as i
    left join newest as n on n.month = i.month and n.portal = i.portal and n.owner = i.owner
    where n.month is null
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
    n.unit,  -- 计划中的单位；单位一栏不认识时为空
    n.items_submitted,  -- 逐条台账中的报送数；没有逐条台账为空
    n.items_accepted    -- 逐条台账中的录用数；没有逐条台账为空
from united as n
cross join ops.context as c
where n.month <= c.as_of
