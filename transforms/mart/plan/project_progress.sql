-- 年度项目进展：计划的每个项目一行。有佐证即视为已开展；是否完成仍由责任部门确认
-- grain: project_id
with evidence as (
    select
        project_id,
        count(*) filter (where kind = 'article') as articles,
        count(*) filter (where kind = 'mention') as mentions,
        count(*) filter (where kind = 'activity') as activities,
        count(*) filter (where kind not in ('article', 'mention', 'activity')) as others,
        min(date) as first_on, max(date) as last_on
    from staging.project_match
    group by project_id
), span as (
    select m.project_id, min(k.date) as starts_on, max(k.date) as due_on, count(distinct m.month) as months
    from raw.plan_project_month as m
    cross join ops.context as c
    join raw.calendar_day as k on k.year = c.plan_year and k.month = m.month
    group by m.project_id
), figure as (
    select project_id, string_agg(figure || grouped(value) || coalesce(measure_unit, ''), '、' order by figure)
        as figures_zh
    from mart.project_figure
    where is_latest
    group by project_id
), department as (
    select project_id, string_agg(department, '、' order by department) as departments from raw.plan_project_department
        group by project_id
)
select
    p.project_id,                                                                   -- 项目编号
    p.position,                                                                     -- 次序
    p.name_zh,                                                                      -- 项目名称
    p.time_zh,                                                                      -- 计划时间原文
    s.months,                                                                       -- 涉及月份数
    d.departments,                                                                  -- 责任部门
    s.starts_on,                                                                    -- 开始日
    s.due_on,                                                                       -- 应完成日
    coalesce(e.articles, 0) as articles,                                            -- 佐证：自有文章篇数
    coalesce(e.mentions, 0) as mentions,                                            -- 佐证：媒体报道篇次
    coalesce(e.activities, 0) as activities,                                        -- 佐证：活动场数
    coalesce(e.others, 0) as others,  -- 佐证：产品、直播、培训、访谈、门户录用、满意度测评、投稿、阵地、项目数据
    f.figures_zh,                                                                   -- 佐证数字：如网络票数，取最近一次
    e.first_on as first_evidence_on,                                                -- 最早佐证日期
    e.last_on as last_evidence_on,                                                  -- 最近佐证日期
    e.project_id is not null as is_done,                                            -- 是否已有佐证
    e.project_id is null and s.due_on < c.as_of as is_overdue,                     -- 是否逾期：已过应完成日仍无佐证
    case when e.project_id is null and s.due_on < c.as_of then c.as_of - s.due_on end as days_overdue,  -- 逾期天数
    e.project_id is null and s.due_on between c.as_of + 1 and c.as_of + 14 as is_due_soon   -- 是否 14 天内到期
from raw.plan_project as p
cross join ops.context as c
join span as s on s.project_id = p.project_id
left join department as d on d.project_id = p.project_id
left join figure as f on f.project_id = p.project_id
left join evidence as e on e.project_id = p.project_id
