-- 账号每日粉丝现值：逐列取最新版本中的已知值，新文件中的空值不覆盖旧值
-- grain: account_id, date
-- incremental_by: account_id, date
-- lookback: date, 0
select
    account_id,                                          -- 账号
    date,                                                -- 日期
    latest(new_followers, load_seq) as new_followers,    -- 新增关注人数 !min(0)
    latest(lost_followers, load_seq) as lost_followers,  -- 取消关注人数 !min(0)
    latest(net_followers, load_seq) as net_followers,    -- 净增关注人数
    latest(followers, load_seq) as followers,            -- 累积关注人数 !min(0)
    max(load_seq) as load_seq                            -- 最新版本次序
from staging.follower_daily_version
cross join ops.context as c
where date <= c.as_of
group by account_id, date
