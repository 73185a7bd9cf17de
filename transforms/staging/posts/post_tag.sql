-- 作品的标签：标题含的项目关键词，所属的宣传项目
-- grain: account_id, kind, post_id, tag_kind, tag
-- incremental_by: account_id, kind, post_id
select
    p.account_id,               -- 账号编号
    p.kind,                     -- 类别：article 文章；video 短视频与其他平台作品
    p.post_id,                  -- 作品编号
    'keyword' as tag_kind,      -- 标签类别：keyword 标题含该关键词；project 属于该宣传项目
    k.keyword as tag            -- 标签
from staging.post_reads as p
join (select distinct keyword from raw.plan_project_keyword) as k on contains(p.title, k.keyword)
union all
select p.account_id, p.kind, p.post_id, 'project', j.name_zh
from staging.post_reads as p
join raw.plan_project as j on j.project_id = p.project_id
