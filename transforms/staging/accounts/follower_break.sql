-- 粉丝序列的断点：与前一个有数的日子不衔接，或新文件把旧值改得太多。跳变大时多半是文件放错了账号文件夹
-- grain: account_id, date, kind
-- incremental_by: account_id
-- lookback: date, 0
-- warn: 累积关注人数跳变（与前一日不衔接，或比旧文件改动过大），请核对文件是否放错账号文件夹
--     | run_id <> (select c.run_id from ops.context as c) or not is_jump
with step as (
    select
        account_id, date, followers, load_seq,
        coalesce(net_followers, new_followers - lost_followers) as net_followers,
        lag(date) over (partition by account_id order by date) as previous_date,
        lag(followers) over (partition by account_id order by date) as previous_followers,
        lag(load_seq) over (partition by account_id order by date) as previous_load_seq
    from staging.follower_daily
    where followers is not null
), version as (
    select
        account_id, date, followers, load_seq,
        lag(followers) over (partition by account_id, date order by load_seq) as previous_followers,
        lag(load_seq) over (partition by account_id, date order by load_seq) as previous_load_seq
    from staging.follower_daily_version
    cross join ops.context as c
    where followers is not null and date <= c.as_of
), broken as (
    -- 隔了几天的，只按每天的正常变动判断跳变
    select
        account_id, date, '日期' as kind, previous_followers + coalesce(net_followers, 0) as expected_followers,
            followers,
        load_seq, previous_load_seq, date - previous_date as days
    from step
    where followers <> previous_followers + coalesce(net_followers, 0)
    union all
    select account_id, date, '版本', previous_followers, followers, load_seq, previous_load_seq, 1
    from version
    where followers <> previous_followers
    qualify row_number() over (partition by account_id, date order by load_seq desc) = 1
), judged as (
    select
        account_id, date, kind, expected_followers, followers, followers - expected_followers as difference, days,
            load_seq, previous_load_seq,
        abs(followers - expected_followers) > days * greatest(50, 0.005 * expected_followers) as is_jump
    from broken
)
select
    j.account_id,               -- 账号
    j.date,                     -- 日期
    j.kind,                     -- 类别：日期 与前一个有数的日子比；版本 与旧文件比
    j.expected_followers,       -- 按前值推算
    j.followers,                -- 实际累积关注人数
    j.difference,               -- 差额
    j.is_jump,                  -- 是否跳变（差额超过每天 50 人且 0.5%）
    greatest(v.run_id, p.run_id) as run_id  -- 两个文件中较晚入库的运行
from judged as j
join staging.visible_file as v on v.load_seq = j.load_seq
join staging.visible_file as p on p.load_seq = j.previous_load_seq
where j.kind = '版本' or j.days = 1 or j.is_jump
