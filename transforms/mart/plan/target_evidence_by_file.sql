-- 指标的依据按文件：每个指标每个文件一行，有多少行计入、管哪些天
-- grain: target_id, source, sha256, original_name
select
    target_id,                                                      -- 指标编号
    source,                                                         -- 收件夹
    original_name,                                                  -- 文件名
    sha256,                                                         -- 文件 SHA-256
    count(*) filter (where in_plan_year) as rows_in_plan_year,      -- 计入本年度的行数
    count(*) filter (where not in_plan_year) as rows_in_base_year,  -- 计入基准年的行数
    min(date) as first_on,                                          -- 最早日期
    max(date) as last_on                                            -- 最晚日期
from mart.target_evidence
group by all
