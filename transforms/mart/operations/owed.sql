-- 应报未报：哪个账号或单位、哪种数据、哪个期间还没有交齐，缺哪几天，何时前交，何时起平台查不到。已报零报告的不在内
-- grain: owner, export, period
with none as (
    select subject from staging.decision where kind = 'none' and is_current and value is not null
), refused as (
    -- 数据按账号或单位归属；宣传处的台账只有宣传处报
    select e.owner, e.export, r.date, count(*) as refused_rows
    from staging.refused_row as r
    join (select distinct owner_kind, owner, export from staging.expected_period) as e
        on e.export = r.export and case e.owner_kind when 'account' then e.owner = r.account_id
            when 'unit' then e.owner = r.unit else true end
    where r.date is not null
    group by e.owner, e.export, r.date
), short as (
    select * from staging.expected_period
    where days_known < case when is_daily then last_on - first_on + 1 else 1 end
), delivered as (
    select account_id as owner, measure, date from staging.account_delivered_day
    union all
    select owner, measure, date from staging.unit_delivered_day
), gap as (
    -- 缺的天
    select e.owner, e.export, e.period, e.is_daily, k.date
    from short as e
    join raw.calendar_day as k on k.date between e.first_on and e.last_on
    left join delivered as d on e.is_daily and d.owner = e.owner and d.measure = e.measure and d.date = k.date
    where d.date is null
), hole as (
    select g.*, true as is_gap, r.refused_rows, g.is_daily and r.date is not null as is_partial
    from gap as g
    left join refused as r on r.owner = g.owner and r.export = g.export and r.date = g.date
    union all
    -- 收下了一部分，另有几行没有收下
    select e.owner, e.export, e.period, e.is_daily, r.date, false, r.refused_rows, true
    from staging.expected_period as e
    join refused as r on r.owner = e.owner and r.export = e.export and r.date between e.first_on and e.last_on
    left join gap as g on g.owner = r.owner and g.export = r.export and g.date = r.date
    where g.date is null
), lacking as (
    select
        owner, export, period, coalesce(min(date) filter (is_gap), min(date)) as first_on,
        coalesce(max(date) filter (is_gap), max(date)) as last_on, count(*) filter (is_gap) as days_missing,
        cast(sum(refused_rows) as bigint) as rows_missing, bool_and(is_partial) as is_partial
    from hole
    group by owner, export, period
), dated as (
    select e.*, l.first_on as missing_from, l.last_on as missing_to, l.days_missing, l.rows_missing, l.is_partial,
        c.as_of
    from lacking as l
    join staging.expected_period as e on e.owner = l.owner and e.export = l.export and e.period = l.period
    cross join ops.context as c
    where e.owner || '|' || e.export || '|' || e.period not in (select n.subject from none as n)
)
select
    owner_kind,                                             -- 类别：account 账号；unit 单位；office 宣传处
    owner,                                                  -- 账号编号或单位名称
    owner_zh,                                               -- 名称
    unit,                                                   -- 所属单位
    export,                                                 -- 数据编号
    export_zh,                                              -- 数据名称
    period,                                                 -- 期间：2023-10、2023-Q3、2023-H1、2023
    missing_from as first_on,                               -- 缺的第一天
    missing_to as last_on,                                  -- 缺的最后一天
    days_missing,                                           -- 缺的天数；只缺几行的为 0
    rows_missing,                                           -- 没有收下、待改的行数；没有为空
    due_on,                                                 -- 应交日
    missing_from + window_days as lost_on,                  -- 自该日起平台逐日查不到；不知或不限为空
    case when is_partial then 'partial'
        when as_of > missing_to + window_days then 'lost'
        when as_of > due_on then 'late'
        when due_on - as_of <= 7 then 'due_soon'
        else 'owed' end as state,  /* 状态：owed 应交；due_soon 7 日内到期；late 已过应交日；lost 平台已查不到；
            partial 部分行待改 !in(owed, due_soon, late, lost, partial) */
    how_zh                                                  -- 怎样导出或填报
from dated
