-- 指标的依据合计：每个指标一行，本年度有多少条记录（增长类为天数）；一件事有几行依据的算一条
-- grain: target_id
select
    target_id,                                                          -- 指标编号
    count(distinct item_id) filter (where in_plan_year) as items,       -- 本年度的记录数；增长类为有数据的天数
    count(distinct item_id) filter (where not in_plan_year) as base_items,  -- 基准年的记录数
    min(date) filter (where in_plan_year) as first_on,                  -- 本年度最早日期；没有记录时为空
    max(date) filter (where in_plan_year) as last_on                    -- 本年度最晚日期；没有记录时为空
from mart.target_evidence
group by target_id
