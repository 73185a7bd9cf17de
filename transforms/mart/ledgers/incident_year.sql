-- 舆情处置合计：每年一行，按发现时间，至本计划的截至日；没有舆情的年份没有行
-- grain: year
select
    cast(date_part('year', i.found_at) as integer) as year,                                     -- 年
    count(*) as incidents,                                                                      -- 件数
    count(*) filter (where i.verdict = '按时') as on_time,                                      -- 按时回应的件数
    count(*) filter (where i.verdict = '超时') as late,                                         -- 超时的件数
    count(*) filter (where i.closed_at is null and i.verdict <> '不适用') as still_open         -- 未办结的件数
from mart.incident as i
join ops.context as c on cast(i.found_at as date) <= c.plan_as_of
group by date_part('year', i.found_at)
