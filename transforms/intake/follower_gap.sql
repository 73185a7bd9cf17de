-- 新文件里相邻两天的粉丝数接不上，差得太多：当天还没算完（显示0）、文件被截断，或混进了别的账号
-- outcome: hold
with day as (
    select f.load_seq, f.account_id, f.date, f.followers,
        coalesce(f.net_followers, f.new_followers - f.lost_followers) as net_followers
    from staging.follower_daily_version as f
    join staging.visible_file as v on v.load_seq = f.load_seq
    join ops.context as c on c.run_id = v.run_id
    where f.followers is not null
), step as (
    select *, lag(followers) over (same_file order by date) as previous, date - lag(date) over (same_file order by date)
        as days
    from day
    window same_file as (partition by load_seq, account_id)
), broken as (
    select load_seq, date, followers, previous + coalesce(net_followers, 0) as expected
    from step
    -- 没有净增的，变动一半以上才算
    where abs(followers - previous - coalesce(net_followers, 0))
        > greatest(50, case when net_followers is null then 0.5 else 0.1 end * previous) and days = 1
)
select
    b.load_seq, cast(null as bigint) as other_load_seq,
    concat('“', v.original_name, '”里前后两天的粉丝数接不上：', cast(min(b.date) as varchar), ' 为 ',
        cast(min_by(b.followers, b.date) as varchar), '，按前一天应在 ', cast(min_by(b.expected, b.date) as varchar),
        ' 左右，暂不计入。多半是当天还没算完（显示0）、文件不完整，或混进了别的账号的数据；请重新下载。确实无误：files release ',
        left(v.sha256, 12), '；有误：files withdraw ', left(v.sha256, 12), ' --reason 原因') as reason_zh,
    concat('followers of two days in ', v.original_name, ' do not fit: ', cast(min_by(b.followers, b.date) as varchar),
        ' on ', cast(min(b.date) as varchar), ', expected about ', cast(min_by(b.expected, b.date) as varchar),
        '. A day not yet computed, a file cut off, or two accounts? files release or files withdraw ',
        left(v.sha256, 12)) as reason_en
from broken as b
join staging.visible_file as v on v.load_seq = b.load_seq
group by b.load_seq, v.original_name, v.sha256
