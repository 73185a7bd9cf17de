-- 常见范围的宽度 q：最近 52 个完整周的同比起伏（第 1 与第 9 十分位之差的一半），不小于 0.30，不大于 0.60
-- grain: flow
with ranked as (
    select
        flow, log_ratio,
        row_number() over (partition by flow order by log_ratio) as position,
        count(*) over (partition by flow) as weeks
    from staging.flow_week
    where age <= 52
), spread as (
    select
        flow, max(weeks) as weeks,
        (min(log_ratio) filter (where position >= 0.9 * weeks) - min(log_ratio) filter (where position >= 0.1 * weeks)) / 2 as scatter
    from ranked
    group by flow
)
select
    flow,                                               -- 序列
    weeks,                                              -- 用了几个完整周（最多 52）
    scatter,                                            -- 起伏：十周中有八周的对数同比落在中间值上下约这么多之内
    least(0.60, greatest(0.30, scatter)) as q,          -- 常见范围半宽占余下预测的比例 !min(0.3) !max(0.6)
    case when scatter > 0.30 then 'scatter' else 'default' end as origin    -- q 的来历：default 默认 0.30；scatter 因起伏较大而放宽
from spread
