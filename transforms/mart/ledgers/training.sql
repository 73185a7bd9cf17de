-- 专题培训：每次一行（人工台账）
-- grain: training_id
select
    t.training_id,                                      -- 培训编号
    t.name,                                             -- 培训名称
    t.training_type,                                    -- 培训类型
    t.started_on,                                       -- 培训日期
    coalesce(t.ended_on, t.started_on) as ended_on,     -- 结束日期
    k.quarter,                                          -- 季度
    t.training_form,                                    -- 培训形式
    t.place,                                            -- 地点
    t.host,                                             -- 主办单位
    t.lecturer,                                         -- 授课人
    t.audience,                                         -- 参训对象
    t.participants,                                     -- 参训人数
    t.expected_participants,                            -- 应到人数
    t.hours,                                            -- 学时
    t.passed,                                           -- 考核合格人数
    t.satisfaction,                                     -- 满意度原文
    u.unit                                              -- 单位
from staging.training as t
left join raw.calendar_day as k on k.date = t.started_on
left join staging.unit_name as u on u.name = t.unit_text
