-- 应报未报和久未更新的提醒：账号的每种数据一条，各单位的每种台账一条，写明谁、什么、哪几天
-- grain: rule, subject
with late as (
    select
        o.owner_kind, o.owner, o.owner_zh, o.export, o.export_zh, o.period, o.first_on, o.last_on, o.days_missing,
            o.due_on,
        o.lost_on, o.state, c.as_of
    from mart.owed as o
    cross join ops.context as c
    where o.days_missing > 0 and (o.state in ('late', 'lost') or o.lost_on <= c.as_of + 14)
), of_account as (
    select
        owner, owner_zh, export, export_zh, min(first_on) as first_on, max(last_on) as last_on,
            sum(days_missing) as days, min(due_on) as due_on,
        min(case when state <> 'lost' then lost_on end) as lost_on, bool_and(state = 'lost') as is_lost,
            max(date_part('year', as_of)) as year
    from late where owner_kind = 'account'
    group by owner, owner_zh, export, export_zh
), of_unit as (
    select owner, owner_zh, export, export_zh, count(*) as periods, min(period) as first_period,
        max(period) as last_period, min(due_on) as due_on
    from late where owner_kind <> 'account'
    group by owner, owner_zh, export, export_zh
), delivered as (
    select account_id as owner, measure, max(date) as date from staging.account_delivered_day
        group by account_id, measure
    union all
    select owner, measure, max(date) from staging.unit_delivered_day group by owner, measure
), newest as (
    select e.owner, e.owner_zh, e.export, e.export_zh, max(d.date) as last_on
    from raw.expected_export as e
    join delivered as d on d.owner = e.owner and d.measure = e.measure
    left join of_account as a on a.owner = e.owner and a.export = e.export
    where e.is_daily and a.owner is null
    group by e.owner, e.owner_zh, e.export, e.export_zh
)
select
    'owed_export' as rule,                                                  -- 规则
    owner || '/' || export as subject,                                      -- 对象
    '缺' || cast(days as varchar) || '天' as value,                          -- 现值
    '应于' || month_day(due_on) || '前交' as baseline,                       -- 基准
    '“' || owner_zh || '”' || export_zh || '缺' || case when first_on = last_on then dated(first_on, year) || '共1天'
        else dated(first_on, year) || '至' || dated(last_on, year) || '共' || cast(days as varchar) || '天' end
        || case when is_lost then '，平台已查不到' when lost_on is not null then '，请尽快导出，'
            || dated(lost_on, year) || '起平台逐日查不到'
            else '，请尽快导出' end as cause_zh                              -- 原因
from of_account
union all
select 'owed_ledger', export, cast(count(*) as varchar) || '个单位', '应于' || month_day(min(due_on)) || '前交',
    export_zh || '未报：' || string_agg(owner_zh || case when periods = 1 then first_period
        else first_period || '至' || last_period || '共' || cast(periods as varchar) || '期' end, '、' order by owner)
from of_unit
group by export, export_zh
union all
select 'stale_source', n.owner, '数据到' || dated(min(n.last_on), date_part('year', min(c.as_of))), '10天',
    '“' || min(n.owner_zh) || '”' || string_agg(n.export_zh || '数据到' || dated(n.last_on, date_part('year', c.as_of))
        || '，已'
        || cast(c.as_of - n.last_on as varchar) || '天没有新数据', '；' order by n.export) || '，情况待核实'
from newest as n
cross join ops.context as c
where c.as_of - n.last_on > 10
group by n.owner
