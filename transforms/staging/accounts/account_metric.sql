-- 各账号的文章按什么比较：有阅读次数的不少于有阅读人数的，就按次数，否则按人数
-- grain: account_id
select
    account_id,                                 -- 账号编号
    count(reads) >= count(readers) as by_reads  -- 是否按阅读次数
from mart.article
group by account_id
