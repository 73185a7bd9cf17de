-- 爆款：基准年以来远高于本账号自己平时水平的作品。与此前 365 天内同账号、同指标的作品比，不足 8 件的不判断
-- grain: account_id, kind, post_id
with known as (
    select account_id, kind, post_id, metric, published_on, value, ln(value) as log_value, case when not is_provisional then ln(value) end as settled
    from staging.post_reads
    where value > 0
), span as (
    -- 同账号此前 365 天的其他作品（当天的也算，暂定的不算）
    select
        k.*, count(settled) over year_before as posts, median(settled) over year_before as log_median,
        quantile_cont(settled, 0.3) over year_before as log_low, quantile_cont(settled, 0.7) over year_before as log_high
    from known as k
    window year_before as (
        partition by account_id, kind, metric order by published_on
        range between interval 365 days preceding and current row exclude current row)
), candidate as (
    -- 中位绝对偏差不小于中位数到 30、70 分位的较近一段：连它都嫌不够远的不必细算，不会漏掉
    select s.* exclude (log_low, log_high, settled)
    from span as s
    join ops.context as c on date_part('year', s.published_on) >= c.base_year
    where s.posts >= 8 and s.log_value - s.log_median >= 0.69
        and 0.6745 * (s.log_value - s.log_median) >= 3.49 * greatest(least(s.log_median - s.log_low, s.log_high - s.log_median), 0.1)
), pair as (
    select d.account_id, d.kind, d.post_id, d.log_median, o.value as other
    from candidate as d
    join known as o
        on o.account_id = d.account_id and o.kind = d.kind and o.metric = d.metric and o.post_id <> d.post_id
        and o.published_on between d.published_on - 365 and d.published_on and o.settled is not null
), scatter as (
    select account_id, kind, post_id, count(*) as posts, median(other) as median_value, median(abs(ln(other) - log_median)) as log_mad
    from pair
    group by account_id, kind, post_id
), scored as (
    -- 0.6745：正态分布下中位绝对偏差与标准差之比；起伏至少按 10 % 计，免得一成不变的账号处处是爆款
    select
        p.*, s.posts, s.median_value, p.value / s.median_value as ratio,
        0.6745 * (d.log_value - d.log_median) / greatest(s.log_mad, 0.1) as robust_z
    from candidate as d
    join scatter as s on s.account_id = d.account_id and s.kind = d.kind and s.post_id = d.post_id
    join staging.post_reads as p on p.account_id = d.account_id and p.kind = d.kind and p.post_id = d.post_id
)
select
    account_id,         -- 账号编号
    kind,               -- 类别：article 文章；video 短视频
    post_id,            -- 作品编号
    title,              -- 标题
    published_on,       -- 发表日期
    metric,             -- 指标：reads 阅读次数；readers 阅读人数；plays 播放量
    value,              -- 数值
    is_lower_bound,     -- 是否封顶显示（下限）
    median_value,       -- 此前 365 天本账号作品的中位数
    posts,              -- 与几件作品比 !min(8)
    ratio,              -- 是中位数的几倍
    robust_z,           -- 稳健 z 值（对数尺度）：不低于 3.5 且满 2 倍才列出
    project_id,         -- 所属宣传项目
    is_provisional      -- 是否暂定：发表未满 7 天
from scored
where robust_z >= 3.5 and ratio >= 2
