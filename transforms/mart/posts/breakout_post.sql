-- 爆款：基准年以来远高于本账号自己平时水平的作品。与本季度开始之前 12 个月同账号、同指标的作品比，不足 8 件的不判断
-- grain: account_id, kind, post_id
-- incremental_by: account_id, published_on
with scored as (
    -- 0.6745：正态分布下中位绝对偏差与标准差之比；起伏至少按 10 % 计，免得一成不变的账号处处是爆款
    select
        p.account_id, p.kind, p.post_id, p.title, p.published_on, p.metric, p.value, p.is_lower_bound, p.project_id,
            p.is_provisional,
        l.posts, l.median_value, p.value / l.median_value as ratio,
        0.6745 * (ln(p.value) - l.log_median) / greatest(l.log_mad, 0.1) as robust_z
    from staging.post_reads as p
    join staging.post_level as l
        on l.account_id = p.account_id and l.kind = p.kind and l.metric = p.metric
            and l.quarter = cast(date_trunc('quarter', p.published_on) as date)
    where p.value > 0 and l.posts >= 8
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
    median_value,       -- 本季度之前 12 个月本账号作品的中位数
    posts,              -- 与几件作品比 !min(8)
    ratio,              -- 是中位数的几倍
    robust_z,           -- 稳健 z 值（对数尺度）：不低于 3.5 且满 2 倍才列出
    project_id,         -- 所属宣传项目
    is_provisional      -- 是否暂定：发表未满 7 天
from scored
where robust_z >= 3.5 and ratio >= 2
