-- 事件归入计划项目：台账写明项目名称的以台账为准；否则标题含项目关键词且日期在项目月份内的，归入排在最前的项目
-- grain: kind, event_id
with event as (
    select 'mention' as kind, mention_id as event_id, published_on as date, title, cast(null as varchar) as project_text
        from mart.mention
    union all
    select 'activity', activity_id, started_on, concat_ws(' ', name, theme), project_text from staging.activity
        where activity_id = joint_id
    union all
    select 'product', product_id, published_on, name, project_text from staging.product
    union all
    select 'live', live_id, started_on, title, null from staging.live
    union all
    select 'training', training_id, started_on, name, project_text from staging.training
    union all
    select 'interview', interview_id, held_on, topic, project_text from staging.interview
    union all
    select 'portal', md5(concat_ws('|', cast(month as varchar), portal, unit_name)), month,
        concat_ws(' ', '门户网站信息录用', portal), null from mart.portal_month
    union all
    -- 测评结果在期次结束后发布：记在下一个月
    select 'satisfaction', md5(concat_ws('|', period, survey_name, subject, indicator)), published_on,
        concat_ws('', period, survey_name), null
    from staging.satisfaction_period
    union all
    select 'submission', submission_id, submitted_on, concat_ws(' ', section_name, title), project_text
        from staging.submission where is_adopted
    union all
    select 'site', site_id || '/' || use_key, used_on, concat_ws(' ', '公益阵地', name, used_for), null
        from staging.site where used_on is not null
), this_year as (
    select e.* from event as e join ops.context as c on e.date between c.year_start and c.plan_as_of
), named as (
    select e.kind, e.event_id, n.project_id
    from this_year as e
    join staging.project_name as n on n.name_zh = e.project_text and n.month = date_part('month', e.date)
), counted as (
    -- 计划写明某项指标服务于哪个项目的，该项目月份内的每一件都是佐证
    select e.kind, e.event_id, p.project_id
    from this_year as e
    join staging.target_event as t on t.event_id = e.event_id
    join raw.plan_target as p on p.target_id = t.target_id
    join raw.plan_project_month as m on m.project_id = p.project_id and m.month = date_part('month', e.date)
), recognised as (
    select e.kind, e.event_id, min_by(p.project_id, p.position) as project_id
    from this_year as e
    join raw.plan_project_keyword as k on position(k.keyword in e.title) > 0
    join raw.plan_project as p on p.project_id = k.project_id
    join raw.plan_project_month as m on m.project_id = p.project_id and m.month = date_part('month', e.date)
    group by e.kind, e.event_id
)
select
    e.kind,  /* 类别：
        article mention activity product live training interview portal satisfaction submission site figure */
    e.event_id,                                                                     -- 事件编号
    e.date,                                                                         -- 日期
    coalesce(n.project_id, t.project_id, r.project_id) as project_id,                             -- 项目编号 !not_null
    case when n.project_id is not null then 'ledger' when t.project_id is not null then 'plan'
        else 'keyword' end as basis    -- 依据：ledger 台账写明；plan 计划写明的指标；keyword 关键词
from this_year as e
left join named as n on n.kind = e.kind and n.event_id = e.event_id
left join counted as t on t.kind = e.kind and t.event_id = e.event_id
left join recognised as r on r.kind = e.kind and r.event_id = e.event_id
where coalesce(n.project_id, t.project_id, r.project_id) is not null
union all
select 'figure', md5(concat_ws('|', figure, cast(counted_on as varchar), project_id)), counted_on, project_id, 'ledger'
    from mart.project_figure
union all
select 'article', account_id || '/' || article_id, published_on, project_id, 'keyword' from staging.article_project
