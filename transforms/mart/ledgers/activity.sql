-- 宣传活动：每场一行（人工台账）；几个单位合办的只算一场
-- grain: activity_id
select
    a.activity_id,                                          -- 活动编号
    a.name,                                                 -- 活动名称
    a.activity_type,                                        -- 活动类型
    a.started_on,                                           -- 开始日期
    coalesce(a.ended_on, a.started_on) as ended_on,         -- 结束日期
    a.place,                                                -- 地点
    a.host,                                                 -- 主办单位
    a.co_host,                                              -- 承办单位
    a.theme,                                                -- 宣传主题
    a.participants,                                         -- 参与人数
    a.leaflets,                                             -- 发放资料数
    a.media_reports,                                        -- 媒体报道篇数（台账填写）
    a.url,                                                  -- 链接
    u.unit,                                                 -- 单位
    a.unit_text,                                            -- 单位原文
    p.project_id                                            -- 所属宣传项目（台账填写且与计划名称一致）
from staging.activity as a
left join staging.unit_name as u on u.name = a.unit_text
left join staging.project_name as p on p.name_zh = a.project_text and p.month = date_part('month', a.started_on)
where a.activity_id = a.joint_id
