-- 年度目标逐周：每个指标每周（周一至周日）末的累计实际、进度线、与前一周末相比的变化
-- grain: target_id, week_start
with day as (
    select t.target_id, t.date, t.actual, t.pace, k.week_start, k.iso_week
    from mart.target_daily as t
    join raw.calendar_day as k on k.date = t.date
), week as (
    select
        target_id, week_start, iso_week,
        max(date) filter (where actual is not null) as known_on,
        latest(actual, date) as actual,
        max_by(pace, date) filter (where actual is not null) as pace
    from day
    group by target_id, week_start, iso_week
)
select
    w.target_id,                                    -- 指标编号
    w.week_start,                                   -- 周一
    w.iso_week,                                     -- 周（ISO，如 2023-W23）
    w.known_on,                                     -- 本周最后有数的一天
    w.actual,                                       -- 到该日的累计实际；粉丝为累积关注人数
    w.pace,                                         -- 进度线在该日的值
    p.actual as previous_actual,                    -- 前一周末的累计实际
    w.actual - p.actual as change                   -- 本周变化；任一周无数据为空
from week as w
left join week as p on p.target_id = w.target_id and p.week_start = w.week_start - 7
where w.actual is not null
