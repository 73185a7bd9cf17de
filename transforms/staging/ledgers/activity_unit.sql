-- 单位参与的活动：合办的活动每个单位各一行
-- grain: unit, activity_id
select
    u.unit,                                     -- 单位
    a.joint_id as activity_id,                  -- 活动编号（合办的为同一编号）
    min(a.started_on) as started_on,            -- 开始日期
    max(a.participants) as participants         -- 参与人数
from staging.activity as a
join staging.unit_name as u on u.name = a.unit_text and u.unit is not null
group by u.unit, a.joint_id
