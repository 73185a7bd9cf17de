-- 单位每周正面报道：每个单位每周（周一至周日）一行，含截至周末的累计与名次，及比前一周末的名次变化。
-- 报道来源从未来过则无行
-- grain: unit, week_start
with week as (
    select distinct k.week_start, k.iso_week
    from raw.calendar_day as k
    join ops.context as c on k.date between c.year_start and c.plan_as_of
    where exists (select 1 from mart.mention)
), counted as (
    select
        u.unit, w.week_start, w.iso_week,
        count(*) filter (where m.published_on >= w.week_start) as positive_reports,
        count(m.mention_id) as positive_reports_to_date
    from raw.unit as u
    cross join week as w
    cross join ops.context as c
    left join mart.mention as m
        on m.unit = u.unit and m.is_positive_report and m.published_on between c.year_start
            and least(w.week_start + 6, c.plan_as_of)
    group by u.unit, w.week_start, w.iso_week
), ranked as (
    select *, rank() over (partition by week_start order by positive_reports_to_date desc) as position
    from counted
)
select
    r.unit,                                         -- 单位
    r.week_start,                                   -- 周一
    r.iso_week,                                     -- 周（ISO，如 2023-W23）
    r.positive_reports,                             -- 本周正面报道篇次
    r.positive_reports_to_date,                     -- 年初至周末累计篇次
    r.position,                                     -- 累计名次（同数同名次）
    p.position - r.position as places_gained        -- 比前一周末上升的名次；负为下降；首周为空
from ranked as r
left join ranked as p on p.unit = r.unit and p.week_start = r.week_start - 7
