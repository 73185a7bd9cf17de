-- 爆款：基准年以来远高于本账号自己平时水平的作品。与此前 365 天内同账号、同指标的作品比，不足 8 件的不判断
-- grain: account_id, kind, post_id
with pair as (
    select p.account_id, p.kind, p.post_id, p.metric, p.value, o.value as other
    from staging.post_reads as p
    join ops.context as c on date_part('year', p.published_on) >= c.base_year
    join staging.post_reads as o
        on o.account_id = p.account_id and o.kind = p.kind and o.metric = p.metric and o.post_id <> p.post_id
        and o.published_on between p.published_on - 365 and p.published_on and not o.is_provisional
    where p.value > 0 and o.value > 0
), usual as (
    select account_id, kind, post_id, count(*) as posts, median(other) as median_value, median(ln(other)) as log_median
    from pair
    group by account_id, kind, post_id
    having count(*) >= 8
), scatter as (
    select u.account_id, u.kind, u.post_id, median(abs(ln(r.other) - u.log_median)) as log_mad
    from usual as u
    join pair as r on r.account_id = u.account_id and r.kind = u.kind and r.post_id = u.post_id
    group by u.account_id, u.kind, u.post_id
), scored as (
    -- 0.6745：正态分布下中位绝对偏差与标准差之比；起伏至少按 10 % 计，免得一成不变的账号处处是爆款
    select
        p.*, u.posts, u.median_value, p.value / u.median_value as ratio,
        0.6745 * (ln(p.value) - u.log_median) / greatest(s.log_mad, 0.1) as robust_z
    from staging.post_reads as p
    join usual as u on u.account_id = p.account_id and u.kind = p.kind and u.post_id = p.post_id
    join scatter as s on s.account_id = p.account_id and s.kind = p.kind and s.post_id = p.post_id
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
