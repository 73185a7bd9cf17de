-- 文章归入计划项目：标题含项目关键词且发表在项目月份内的，归入排在最前的项目
-- grain: account_id, article_id
-- incremental_by: account_id, article_id, published_on
select
    a.account_id,                                       -- 账号
    a.article_id,                                       -- 文章编号
    a.published_on,                                     -- 发表日期
    min_by(p.project_id, p.position) as project_id      -- 项目编号
from staging.article as a
join ops.context as c on a.published_on between c.year_start and c.year_end
join raw.plan_project_keyword as k on position(k.keyword in a.title) > 0
join raw.plan_project as p on p.project_id = k.project_id
join raw.plan_project_month as m on m.project_id = p.project_id and m.month = date_part('month', a.published_on)
group by a.account_id, a.article_id, a.published_on
