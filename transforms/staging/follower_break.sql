-- 粉丝序列的断点：今日累积 ≠ 昨日累积 + 今日净增。跳变大时多半是文件放错了账号文件夹
-- grain: account_id, date
-- warn: 累积关注人数与前一日不衔接，请核对文件是否放错账号文件夹 | not is_new or not is_jump
with step as (
    select
        account_id,
        date,
        followers,
        coalesce(net_followers, new_followers - lost_followers) as net_followers,
        lag(date) over (partition by account_id order by date) as previous_date,
        lag(followers) over (partition by account_id order by date) as previous_followers,
        lag(load_seq) over (partition by account_id order by date) as previous_load_seq,
        load_seq
    from staging.follower_daily
    where followers is not null
)
select
    s.account_id,                                                                   -- 账号
    s.date,                                                                         -- 日期
    s.previous_followers + s.net_followers as expected_followers,                   -- 按前一日推算
    s.followers,                                                                    -- 实际累积关注人数
    s.followers - s.previous_followers - s.net_followers as difference,             -- 差额
    abs(s.followers - s.previous_followers - s.net_followers)
        > greatest(50, 0.005 * s.previous_followers) as is_jump,                    -- 是否跳变（差额超过 50 人且超过 0.5%）
    v.is_new or p.is_new as is_new                                                  -- 是否由本次入库的文件造成
from step as s
join staging.visible_file as v on v.load_seq = s.load_seq
join staging.visible_file as p on p.load_seq = s.previous_load_seq
where s.previous_date = s.date - 1
    and s.followers <> s.previous_followers + s.net_followers
