-- 各账号作品平时的水平：每个季度一行，取该季度开始之前 12 个月的作品。季度之内尺子不变，新作品和还在变的数不影响它
-- grain: account_id, kind, metric, quarter
-- incremental_by: account_id
with post as (
    select account_id, kind, metric, cast(date_trunc('quarter', published_on) as date) as quarter, value
    from staging.post_reads
    where value > 0
), asked as (
    select distinct p.account_id, p.kind, p.metric, p.quarter, cast(p.quarter - interval 12 month as date) as since
    from post as p
    join ops.context as c on date_part('year', p.quarter) >= c.base_year
), reference as (
    select a.account_id, a.kind, a.metric, a.quarter, p.value
    from asked as a
    join post as p
        on p.account_id = a.account_id and p.kind = a.kind and p.metric = a.metric and p.quarter >= a.since
            and p.quarter < a.quarter
), middle as (
    select account_id, kind, metric, quarter, count(*) as posts, median(value) as median_value, median(ln(value))
        as log_median
    from reference
    group by account_id, kind, metric, quarter
)
select
    m.account_id,                                               -- 账号编号
    m.kind,                                                     -- 类别：article 文章；video 短视频与其他平台作品
    m.metric,                                                   -- 指标：reads 阅读次数；readers 阅读人数；plays 播放量
    m.quarter,                                                  -- 季度首日
    m.posts,                                                    -- 作品数 n !min(1)
    m.median_value,                                             -- 中位数
    m.log_median,                                               -- 对数的中位数
    median(abs(ln(r.value) - m.log_median)) as log_mad          -- 对数的中位绝对偏差
from middle as m
join reference as r on r.account_id = m.account_id and r.kind = m.kind and r.metric = m.metric and r.quarter = m.quarter
group by m.account_id, m.kind, m.metric, m.quarter, m.posts, m.median_value, m.log_median
