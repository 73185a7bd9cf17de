-- 新文件的粉丝数与该账号已知的历史接不上：多半是放错了账号文件夹。与前后相邻的已知日子比，
-- 重叠的日子一半以上差得太多也算
-- outcome: hold
with new_file as (
    select v.load_seq, v.source as account_id, v.original_name, v.sha256
    from staging.visible_file as v
    join ops.context as c on c.run_id = v.run_id
), new_day as (
    select f.load_seq, f.account_id, f.date, f.followers, coalesce(f.net_followers, f.new_followers - f.lost_followers)
        as net_followers
    from staging.follower_daily_version as f
    join new_file as n on n.load_seq = f.load_seq
    where f.followers is not null
), edge as (
    select load_seq, account_id, min(date) as first_on, max(date) as last_on from new_day group by load_seq, account_id
), known as (
    -- 每个新文件之前的文件：早先入库的，和今晚次序在前的
    select e.load_seq, f.load_seq as other_load_seq, f.date, f.followers,
        coalesce(f.net_followers, f.new_followers - f.lost_followers) as net_followers,
        e.first_on, e.last_on, o.load_seq is null as is_old
    from edge as e
    join staging.follower_daily_version as f on f.account_id = e.account_id and f.load_seq < e.load_seq
        and f.followers is not null
    left join new_file as o on o.load_seq = f.load_seq
), overlap as (
    select n.load_seq, k.other_load_seq, count(*) as days,
        count(*) filter (where abs(n.followers - k.followers) > greatest(50, 0.005 * k.followers)) as wild_days,
        max_by(n.date, n.date) as date, max_by(n.followers, n.date) as followers, max_by(k.followers, n.date)
            as expected
    from new_day as n
    join known as k on k.load_seq = n.load_seq and k.date = n.date
    group by n.load_seq, k.other_load_seq
), before as (
    select load_seq, is_old, max(date) as date, max_by(followers, struct_pack(d := date, s := other_load_seq))
        as followers,
        max_by(other_load_seq, struct_pack(d := date, s := other_load_seq)) as other_load_seq
    from known where date < first_on
    group by load_seq, is_old
), after as (
    select load_seq, is_old, min(date) as date, min_by(followers, struct_pack(d := date, s := -other_load_seq))
        as followers,
        min_by(net_followers, struct_pack(d := date, s := -other_load_seq)) as net_followers,
        min_by(other_load_seq, struct_pack(d := date, s := -other_load_seq)) as other_load_seq
    from known where date > last_on
    group by load_seq, is_old
), found as (
    select load_seq, other_load_seq, date, followers, expected from overlap where 2 * wild_days >= days
        and wild_days > 0
    union all
    -- 首日应等于此前最后一日加首日净增；隔了几天或没有净增的放宽
    select n.load_seq, b.other_load_seq, n.date, n.followers, b.followers + coalesce(n.net_followers, 0)
    from new_day as n
    join edge as e on e.load_seq = n.load_seq and e.first_on = n.date
    join before as b on b.load_seq = n.load_seq
    where abs(n.followers - b.followers - coalesce(n.net_followers, 0))
        > case when n.date - b.date = 1 and n.net_followers is not null then 1
            else 4 * (n.date - b.date) end * greatest(50, 0.005 * b.followers)
    union all
    select n.load_seq, a.other_load_seq, n.date, n.followers, a.followers - coalesce(a.net_followers, 0)
    from new_day as n
    join edge as e on e.load_seq = n.load_seq and e.last_on = n.date
    join after as a on a.load_seq = n.load_seq
    where abs(a.followers - n.followers - coalesce(a.net_followers, 0))
        > case when a.date - n.date = 1 and a.net_followers is not null then 1
            else 4 * (a.date - n.date) end * greatest(50, 0.005 * a.followers)
)
select
    f.load_seq, f.other_load_seq,
    concat('“', n.original_name, '”的粉丝数与“', v.original_name, '”接不上：', cast(f.date as varchar), ' 为 ',
        cast(f.followers as varchar),
        '，按已有数据应在 ', cast(f.expected as varchar), ' 左右。请核对是否放错了账号文件夹。确实无误：files release ',
            left(n.sha256, 12),
        '；放错了：files withdraw ', left(n.sha256, 12), ' --reason 原因，再放入正确的文件夹') as reason_zh,
    concat('followers of ', n.original_name, ' do not continue ', v.original_name, ': ', cast(f.followers as varchar),
        ' on ', cast(f.date as varchar),
        ', expected about ', cast(f.expected as varchar), '. Wrong account folder? files release or files withdraw ',
            left(n.sha256, 12)) as reason_en
from found as f
join new_file as n on n.load_seq = f.load_seq
join staging.visible_file as v on v.load_seq = f.other_load_seq
