-- 年度目标逐月：每个指标每月末的累计实际，及本月、上月的变化；当月无数据的没有行
-- grain: target_id, month_start
with known as (
    select
        p.target_id, case p.kind when 'stock_growth' then p.baseline else 0 end as start_value,
        cast(date_trunc('month', d.date) as date) as month_start, d.date, d.actual
    from mart.target_progress as p
    join mart.target_daily as d on d.target_id = p.target_id
    where d.actual is not null
), month as (
    select target_id, month_start, max(date) as known_on, max_by(actual, date) as actual, max(start_value)
        as start_value
    from known
    group by target_id, month_start
), changed as (
    select *, actual - coalesce(lag(actual) over (partition by target_id order by month_start), start_value) as change
    from month
)
select
    m.target_id,                        -- 指标编号
    m.month_start,                      -- 月份首日
    m.known_on,                         -- 本月最后有数的一天
    m.actual,                           -- 到该日的累计实际；粉丝为累积关注人数
    m.change,                           -- 本月变化：比此前最后有数的一天；年初从 0 起，粉丝从基数起
    p.change as previous_change         -- 上月变化；上月无数据为空
from changed as m
left join changed as p on p.target_id = m.target_id and p.month_start = cast(m.month_start - interval 1 month as date)
