-- 阅读从哪里来：各渠道每月阅读占“全部”的份额及比上月的变化。渠道有重叠，份额之和可超过 100 %；两边都有数的日子才计
-- grain: account_id, month, metric, channel
-- incremental_by: account_id
with day as (
    select account_id, date, channel, 'reads' as metric, reads as value from mart.account_channel_daily
        where reads is not null
    union all
    select account_id, date, channel, 'readers', readers from mart.account_channel_daily where readers is not null
), total as (
    select account_id, date, metric, value from day where channel = '全部'
), month as (
    select
        d.account_id, cast(date_trunc('month', d.date) as date) as month, d.metric, d.channel,
        sum(d.value) as value, sum(t.value) as total, count(*) as days
    from day as d
    join total as t on t.account_id = d.account_id and t.date = d.date and t.metric = d.metric
    where d.channel <> '全部'
    group by d.account_id, cast(date_trunc('month', d.date) as date), d.metric, d.channel
), shared as (
    select *, 100.0 * value / nullif(cast(total as double), 0) as share_pct from month
)
select
    s.account_id,                                           -- 账号编号
    s.month,                                                -- 月份（月初日期）
    s.metric,                                               -- 指标：reads 阅读次数；readers 阅读人数
    s.channel,                                              -- 渠道
    cast(s.value as bigint) as value,                       -- 该渠道合计
    cast(s.total as bigint) as total,                       -- 同样日子的“全部”合计
    s.days,                                                 -- 有数的天数
    s.share_pct,                                            -- 份额（%）
    p.share_pct as previous_share_pct,                      -- 上月份额（%）；上月没有数为空
    s.share_pct - p.share_pct as change_points              -- 比上月变化（百分点）
from shared as s
left join shared as p
    on p.account_id = s.account_id and p.metric = s.metric and p.channel = s.channel
    and p.month = cast(s.month - interval 1 month as date)
