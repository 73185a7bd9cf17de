-- 主账号每日：计划的两个增长指标所用的序列
-- grain: date
select
    d.date,         -- 日期
    d.followers,    -- 累积关注人数
    d.new_followers,    -- 新增关注人数
    d.lost_followers,   -- 取消关注人数
    d.reads,        -- 阅读次数（全部）
    d.readers       -- 阅读人数（全部）
from mart.account_daily as d
join raw.account as a on a.account_id = d.account_id and a.is_main
