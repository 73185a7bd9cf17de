-- 粉丝脉搏：每个账号有取关数据的最近 7 天，与再往前 28 天相比。下降：净增为负，且日均取关不少于此前的 2 倍
-- grain: account_id
with ending as (
    select account_id, max(date) as data_until
    from mart.account_daily where lost_followers is not null
    group by account_id
), day as (
    select
        e.account_id, e.data_until, d.date, d.lost_followers, d.net_followers,
        case when d.date > e.data_until - 7 then 'recent' else 'earlier' end as span
    from ending as e
    join mart.account_daily as d on d.account_id = e.account_id and d.date > e.data_until - 35
        and d.date <= e.data_until
    where d.lost_followers is not null
), figures as (
    select
        account_id, data_until,
        count(*) filter (where span = 'recent') as days, count(*) filter (where span = 'earlier') as earlier_days,
        sum(lost_followers) filter (where span = 'recent') as lost, sum(net_followers) filter (where span = 'recent')
            as net,
        avg(lost_followers) filter (where span = 'recent') as lost_per_day, avg(lost_followers)
            filter (where span = 'earlier') as earlier_per_day
    from day
    group by account_id, data_until
), worst as (
    select account_id, date as worst_on,
        row_number() over (partition by account_id order by lost_followers desc, date) as place
    from day where span = 'recent'
), post as (
    select w.account_id, a.title, row_number() over (partition by w.account_id order by a.published_on desc, a.title,
        a.article_id) as place
    from worst as w
    join mart.article as a on a.account_id = w.account_id and a.published_on between w.worst_on - 1 and w.worst_on
    where w.place = 1
), posts as (
    select account_id, string_agg('《' || left(title, 20) || '》', '' order by place) as text from post where place <= 3
        group by account_id
)
select
    f.account_id,                                                   -- 账号编号
    f.data_until,                                                   -- 取关数据到哪一天
    f.days,                                                         -- 最近 7 天里有数据的天数
    f.lost as lost_followers,                                       -- 这些天的取关人数
    f.net as net_followers,                                         -- 这些天的净增人数
    f.lost_per_day,                                                 -- 日均取关
    f.earlier_per_day,                                              -- 此前 28 天有数据的日子的日均取关
    w.worst_on,                                                     -- 取关最多的一天
    p.text as posts_then,  -- 那天和前一天发表的文章（至多 3 篇）：一同发生，未必是原因
    case when f.data_until < c.as_of - 7 then 'no_data'
        when f.days < 5 or f.earlier_days < 14 then 'no_baseline'
        when f.net < 0 and f.lost_per_day >= 2 * f.earlier_per_day then 'drop'
        else 'steady' end as verdict  /* 判定：drop 下降；steady 平稳；no_data 数据落后 7 天以上；no_baseline 天数不够，
            无从比较 */
from figures as f
cross join ops.context as c
join worst as w on w.account_id = f.account_id and w.place = 1
left join posts as p on p.account_id = f.account_id
