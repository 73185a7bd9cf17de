-- 特殊时段：计划写明的、基期数据可能偏离常态的日子，每段一行
-- grain: from_on, to_on, reason_zh
select
    from_on,        -- 起
    to_on,          -- 止
    affects_base,   -- 计算可比增幅和预测时是否修正这一段的基期
    reason_zh       -- 说明
from raw.plan_annotation
