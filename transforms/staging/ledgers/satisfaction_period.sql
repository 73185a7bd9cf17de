-- 满意度测评的期次：结果视为期次结束的次月发布，供归入计划项目
-- grain: period, survey_name, subject, indicator
with ended as (
    select
        *, case when regexp_matches(period, '^[12][0-9]{3} *(年 *)?上半年') then 6
            when regexp_matches(period, '^[12][0-9]{3} *(年 *)?(下半年|年度)?$') then 12 end as month
    from mart.satisfaction
)
select
    e.period,           -- 测评期次
    e.survey_name,      -- 测评名称
    e.subject,          -- 测评对象
    e.indicator,        -- 指标
    case when e.month = 12 then make_date(cast(substr(e.period, 1, 4) as integer) + 1, 1, 1)
        else make_date(cast(substr(e.period, 1, 4) as integer), 7, 1) end as published_on   -- 视为发布的日期
from ended as e
where e.month is not null
