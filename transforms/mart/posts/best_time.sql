-- 什么时候发读的人多：星期 × 钟点的阅读中位数与账号全部作品的中位数之比（近 365 天）。不足 5 件的格子不给比值；
-- 导出文件没有钟点的归入“不详”
-- grain: account_id, metric, weekday, hour
with clock as (
    select account_id, article_id, hour from mart.article where hour is not null
), timed as (
    select
        p.account_id, p.metric, p.value, k.weekday,
        coalesce(case when v.has_clock then cast(date_part('hour', cast(v.published_at as timestamp)) as integer) end,
            t.hour, -1) as hour
    from staging.post_reads as p
    join ops.context as c on p.published_on > c.as_of - 365
    join raw.calendar_day as k on k.date = p.published_on
    left join mart.video as v on p.kind = 'video' and v.account_id = p.account_id and v.video_id = p.post_id
    left join clock as t on p.kind = 'article' and t.account_id = p.account_id and t.article_id = p.post_id
    where p.value is not null and not p.is_provisional
), whole as (
    select account_id, metric, count(*) as posts, median(value) as median_value from timed group by account_id, metric
), cell as (
    select account_id, metric, weekday, hour, count(*) as posts, median(value) as median_value
    from timed
    group by account_id, metric, weekday, hour
)
select
    c.account_id,                                                                                   -- 账号编号
    c.metric,  -- 指标：reads 阅读次数；readers 阅读人数；plays 播放量
    cast(c.weekday as integer) as weekday,  -- 星期：1 周一 … 7 周日 !min(1) !max(7)
    c.hour,  -- 钟点 0–23（北京时间）；-1 为文件没有给出钟点 !min(-1) !max(23)
    c.posts,                                                                                        -- 作品数 n
    c.median_value,                                                                                 -- 中位数
    w.median_value as account_median,  -- 账号全部作品的中位数
    case when c.posts >= 5 then 100.0 * (c.median_value / nullif(w.median_value, 0) - 1) end
        as lift_pct,  -- 高出（%）；样本不足为空
    case when c.posts < 5 then '样本不足：不到 5 件' end as note_zh                                 -- 说明
from cell as c
join whole as w on w.account_id = c.account_id and w.metric = c.metric
