-- 账号健康：距最近一次发布的天数，对照 7 天提醒、10 天警报、14 天单项否决。没有数据不等于没有更新
-- grain: account_id
with post as (
    select account_id, published_on as date from mart.article
    union all
    select account_id, published_on from mart.video
    union all
    select account_id, date from mart.account_daily where published > 0
    union all
    select account_id, last_post_on from staging.account_month where account_id is not null
), last_post as (
    select p.account_id, max(p.date) as last_post_on
    from post as p
    join ops.context as c on p.date <= c.as_of
    group by p.account_id
)
select
    a.account_id,                                                               -- 账号编号
    a.name,                                                                     -- 账号名称
    a.platform,                                                                 -- 平台
    a.unit,                                                                     -- 单位
    p.last_post_on,  -- 最近发布日期（任何形式；未开启通知的也算）
    d.data_until,                                                               -- 发布数据到哪一天
    case when d.data_until >= c.as_of - 7 then c.as_of - p.last_post_on end
        as days_since_post,  -- 距最近发布的天数；数据落后 7 天以上为空
    case when d.data_until is null or d.data_until < c.as_of - 7 then 'no_data'
        when p.last_post_on is null or c.as_of - p.last_post_on >= 14 then 'veto'
        when c.as_of - p.last_post_on >= 10 then 'alarm'
        when c.as_of - p.last_post_on >= 7 then 'warn'
        else 'ok' end as verdict,  -- 判定：ok 正常；warn 满 7 天；alarm 满 10 天；veto 满 14 天；no_data 无数据
    case when d.data_until is null then '从未收到发布数据，无法判定'
        when d.data_until < c.as_of - 7 then '自' || dated(d.data_until, date_part('year', c.as_of)) || '起没有发布数据，无法判定'
        else '国办秘函〔2019〕19号：监测时间点前 2 周内无更新为单项否决' end as basis_zh -- 依据
from raw.account as a
cross join ops.context as c
left join last_post as p on p.account_id = a.account_id
left join staging.known_posting as d on d.account_id = a.account_id
