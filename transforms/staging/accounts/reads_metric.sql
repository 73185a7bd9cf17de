-- 阅读量用哪个指标：计划写明 reads 的用阅读次数，可比日中次数明显少于人数时（2025-11 起平台只给人数）两年都用人数；
-- 写明 readers 的用人数
-- grain: metric
with plan as (
    select coalesce(max(metric), 'reads') as planned from raw.plan_target where metric in ('reads', 'readers')
), pair as (
    select
        count(*) filter (where t.reads is not null and b.reads is not null) as reads_pairs,
        count(*) filter (where t.readers is not null and b.readers is not null) as readers_pairs,
        count(t.reads) as reads_days,
        count(t.readers) as readers_days
    from staging.main_daily as t
    join ops.context as c on t.date between c.year_start and c.plan_as_of
    join raw.calendar_day as k on k.date = t.date
    left join staging.main_daily as b on b.date = k.comparable_on
)
select
    case when planned = 'readers' then 'readers'
        when reads_pairs > 0 and reads_pairs >= 0.9 * readers_pairs then 'reads'
        when readers_pairs > 0 then 'readers'
        when reads_days > 0 then 'reads'
        when readers_days > 0 then 'readers'
        else 'reads' end as metric,     -- 所用指标：reads 阅读次数；readers 阅读人数
    planned,                            -- 计划写明的指标
    reads_pairs,                        -- 次数的可比日对数
    readers_pairs                       -- 人数的可比日对数
from pair
cross join plan
