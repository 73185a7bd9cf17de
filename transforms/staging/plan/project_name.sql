-- 由项目名称和月份找到计划项目：同名项目（如 1 月和 7 月的满意度测评）按月份区分，月份都不符时取排在前面的
-- grain: name_zh, month
with month as (
    select distinct month from raw.calendar_day
)
select
    p.name_zh,                                                                          -- 项目名称
    k.month,                                                                            -- 月份
    min_by(p.project_id, p.position + case when m.month is null then 1000 else 0 end)
        as project_id  -- 项目编号 !not_null
from raw.plan_project as p
cross join month as k
left join raw.plan_project_month as m on m.project_id = p.project_id and m.month = k.month
group by p.name_zh, k.month
