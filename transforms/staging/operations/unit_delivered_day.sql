-- 已收到的台账：哪个单位、哪种台账、哪一天有
-- grain: owner, measure, date
with given as (
    select unit as owner, 'activity' as measure, started_on as date from mart.activity where unit is not null
    union all
    select unit, 'report', published_on from mart.mention where unit is not null
    union all
    select 'office', 'training', started_on from mart.training
    union all
    select 'office', 'portal', month from mart.portal_month
)
select distinct
    owner,    -- 单位名称，或 office（宣传处）
    measure,  -- 数据的种类：activity 活动；report 报道；training 培训；portal 门户录用
    date      -- 日期
from given
where date is not null
