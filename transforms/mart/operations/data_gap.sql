-- 数据缺口：每日序列首尾之间没有数字的日子，连续的并为一段
-- grain: account_id, metric, gap_from
-- incremental_by: account_id
with known as (
    select account_id, 'followers' as metric, date from mart.account_daily where followers is not null
    union all
    select account_id, 'reads', date from mart.account_daily where coalesce(reads, readers) is not null
), step as (
    select account_id, metric, date, lag(date) over (partition by account_id, metric order by date) as previous_date
    from known
)
select
    account_id,                             -- 账号编号
    metric,                                 -- 指标：followers 粉丝；reads 阅读
    previous_date + 1 as gap_from,          -- 缺口首日
    date - 1 as gap_to,                     -- 缺口末日
    date - previous_date - 1 as days        -- 天数
from step
where date - previous_date > 1
