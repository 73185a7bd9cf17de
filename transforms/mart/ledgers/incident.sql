-- 舆情处置：每件一行，按规定时限判定。时限自发现时间起算：重大及以上且涉突发事件 5 小时，其余 48 小时；
-- 前者发布会 24 小时
-- grain: incident_id
-- warn: 时间先后应为 首次发布 ≤ 发现 ≤ 研判 ≤ 回应 ≤ 办结 | is_in_order
-- warn: 状态写了已回应或已办结的应有首次回应时间，否则回应判定为待核实，请补填台账 | not answer_time_is_missing
-- warn: 级别应为特别重大、重大、较大或一般 | coalesce(level in ('特别重大', '重大', '较大', '一般'), true)
with limited as (
    select
        i.*,
        case when i.level in ('特别重大', '重大') and i.is_emergency then 5 else 48 end as limit_hours,
        i.level in ('特别重大', '重大') and i.emergency_is_unread
            or i.level not in ('特别重大', '重大', '较大', '一般') and (i.is_emergency or i.emergency_is_unread)
                as limit_is_unread,
        coalesce(i.state in ('已回应', '已办结') and i.answered_at is null and not i.answer_is_unread
            and coalesce(i.answer_form <> '不予回应', true), false) as answer_time_is_missing,
        (date_part('epoch', i.answered_at) - date_part('epoch', i.found_at)) / 3600.0 as used_hours,
        (date_part('epoch', i.press_conference_at) - date_part('epoch', i.found_at)) / 3600.0 as press_hours,
        (date_part('epoch', cast(c.as_of + 1 as timestamptz)) - date_part('epoch', i.found_at)) / 3600.0 as age_hours
    from staging.incident as i
    cross join ops.context as c
)
select
    l.incident_id,                                                              -- 舆情编号（内部）
    l.incident_no,                                                              -- 台账编号
    l.title,                                                                    -- 舆情标题
    l.platform,                                                                 -- 来源平台
    l.url,                                                                      -- 原文链接
    l.level,                                                                    -- 级别
    l.is_emergency,                                                             -- 是否涉突发事件
    l.first_published_at,                                                       -- 首次发布时间
    l.found_at,                                                                 -- 发现时间（时限起点）
    l.judged_at,                                                                -- 研判时间
    l.answered_at,                                                              -- 首次回应时间
    l.press_conference_at,                                                      -- 发布会时间
    l.closed_at,                                                                -- 办结时间
    l.state,                                                                    -- 状态
    case when l.limit_is_unread then null else l.limit_hours end
        as limit_hours,  -- 回应时限（小时）；级别或是否涉突发事件读不出时为空
    case when l.found_has_clock and l.answered_has_clock then l.used_hours end
        as used_hours,  -- 回应用时（小时）；只有日期时无法计算
    case when l.state in ('误报', '无需处置') then '不适用'
        when l.answer_is_unread or l.limit_is_unread or l.answer_time_is_missing then '待核实'
        when not l.found_has_clock or (l.answered_at is not null and not l.answered_has_clock) then '不能判定'
        when l.used_hours <= l.limit_hours then '按时'
        when l.used_hours > l.limit_hours then '超时'
        when l.age_hours > l.limit_hours
            then '超时' else '未到期' end
                as verdict,  /* 回应判定：按时 超时 未到期 不能判定 不适用；有关的格写了而读不出、
                    写了已回应而没有时间为待核实 */
    case when l.state in ('误报', '无需处置') then '不适用'
        when l.limit_is_unread then '待核实'
        when l.limit_hours <> 5 then '不适用'
        when l.press_is_unread then '待核实'
        when not l.found_has_clock then '不能判定'
        when l.press_hours <= 24 then '按时' when l.press_hours > 24 or l.age_hours > 24 then '超时'
        else '未到期' end as press_verdict,                                     -- 发布会判定（24 小时），词同回应判定
    coalesce(l.first_published_at <= l.found_at, true) and coalesce(l.found_at <= l.judged_at, true)
        and coalesce(l.judged_at <= l.answered_at, true) and coalesce(l.found_at <= l.answered_at, true)
        and coalesce(l.answered_at <= l.closed_at, true) as is_in_order,        -- 时间先后是否合理（不改正，只报告）
    l.answer_time_is_missing,  -- 状态写了已回应或已办结而没有首次回应时间
    u.unit                                                                      -- 涉事单位
from limited as l
left join staging.unit_name as u on u.name = l.unit_text
