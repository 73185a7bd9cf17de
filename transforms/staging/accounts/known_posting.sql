-- 各账号哪些天知道有没有发布：按天的发布数、作品清单（到导出那天为止）、月度台账。只有阅读、粉丝的数据说明不了发布
-- grain: account_id
with list as (
    -- 一份清单里最近的作品离导出不到一个季度，才是近期的清单；补交的旧清单说明不了近期
    select r.account_id, r.load_seq, max(r.published_on) as last_on
    from (
        select account_id, load_seq, published_on from staging.video_row
        union all
        select account_id, load_seq, published_on from staging.article_row where window_rank < 3
    ) as r
    group by r.account_id, r.load_seq
), exported as (
    select l.account_id, greatest(l.last_on, case when least(v.known_on, cast(v.modified_at as date)) - l.last_on <= 92
        then least(v.known_on, cast(v.modified_at as date)) - 1 end) as date
    from list as l
    join staging.visible_file as v on v.load_seq = l.load_seq
), known as (
    select account_id, date from exported
    union all
    select account_id, date from mart.account_daily where published is not null
    union all
    select account_id, published_on from mart.article
    union all
    select account_id, published_on from mart.video
    union all
    select account_id, known_until from staging.account_month where account_id is not null
        and (posts is not null or last_post_on is not null)
)
select
    k.account_id,                   -- 账号编号
    max(k.date) as data_until       -- 发布情况知道到哪一天
from known as k
join ops.context as c on k.date <= c.as_of
group by k.account_id
