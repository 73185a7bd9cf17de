-- 应报：每个账号或单位、每种数据、每个已结束的期间一行，已收到几天
-- grain: owner, export, period
with delivered as (
    select account_id as owner, measure, date from staging.account_delivered_day
    union all
    select owner, measure, date from staging.unit_delivered_day
), begun as (
    select owner, min(date) as first_on from delivered group by owner
), expected as (
    -- 账号从第一天有数据起（没有交过的从年初起），单位和宣传处从年初起；一月初仍看上年十二月
    select
        e.owner_kind, e.owner, e.owner_zh, e.unit, e.export, e.export_zh, e.measure, e.is_daily, e.every, e.within_days,
            e.window_days, e.how_zh,
        e.since, c.as_of,
        coalesce(e.since, case when e.owner_kind = 'account' then b.first_on end,
            least(c.year_start, cast(date_trunc('month', cast(date_trunc('month', c.as_of) as date) - 1) as date)))
                as since_on
    from raw.expected_export as e
    cross join ops.context as c
    left join begun as b on b.owner = e.owner
), period_day as (
    select e.every, d.date, period_of(e.every, d.date) as period
    from raw.calendar_day as d
    cross join (select distinct every from raw.expected_export) as e
), period as (
    select every, period, min(date) as first_on, max(date) as last_on from period_day group by every, period
), counted as (
    select d.owner, d.measure, e.every, k.period, count(*) as days, min(e.since_on) as since_on
    from delivered as d
    join (select distinct owner, measure, every, since_on from expected) as e
        on e.owner = d.owner and e.measure = d.measure and d.date >= e.since_on
    join period_day as k on k.every = e.every and k.date = d.date
    group by d.owner, d.measure, e.every, k.period
)
select
    e.owner_kind,                                                   -- 类别：account 账号；unit 单位；office 宣传处
    e.owner,                                                        -- 账号编号或单位名称
    e.owner_zh,                                                     -- 名称
    e.unit,                                                         -- 所属单位
    e.export,                                                       -- 数据编号
    e.export_zh,                                                    -- 数据名称
    e.measure,                                                      -- 数据的种类
    e.is_daily,                                                     -- 是否每天都要有
    p.period,                                                       -- 期间：2023-10、2023-Q3、2023-H1、2023
    greatest(p.first_on, e.since_on) as first_on,                   -- 期间首日（不早于开始报送的那天）
    p.last_on,                                                      -- 期间末日
    coalesce(d.days, 0) as days_known,                              -- 已收到的天数
    p.last_on + e.within_days as due_on,                            -- 应交日
    e.window_days,                                                  -- 平台保留的天数；不知或不限为空
    e.how_zh                                                        -- 怎样导出或填报
from expected as e
join period as p on p.every = e.every and p.last_on >= e.since_on and p.last_on <= e.as_of
left join counted as d on d.owner = e.owner and d.measure = e.measure and d.every = e.every and d.period = p.period
    and d.since_on = e.since_on
