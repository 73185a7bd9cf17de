-- 账号：每个登记的账号一行，及各类数据的首日与末日；从未来过的为空
-- grain: account_id
with daily as (
    select
        account_id, min(case when followers is not null then date end) as followers_first_on,
        max(case when followers is not null then date end) as followers_last_on,
        min(case when coalesce(reads, readers) is not null then date end) as reads_first_on,
        max(case when coalesce(reads, readers) is not null then date end) as reads_last_on
    from mart.account_daily
    group by account_id
), article as (
    select account_id, min(published_on) as first_on, max(published_on) as last_on from mart.article group by account_id
), video as (
    select account_id, min(published_on) as first_on, max(published_on) as last_on from mart.video group by account_id
)
select
    a.account_id as id,                     -- 账号编号（pipeline.toml 的 id，inbox/ 下的收件夹名）
    a.account_id,                           -- 账号编号：同 id，供与其他表连接 !not_null
    a.name,                                 -- 账号名称
    a.platform,                             -- 平台
    coalesce(p.name_zh, a.platform) as platform_zh,  -- 平台名称；collectors/platforms.toml 没有的平台为其编号
    a.unit,                                 -- 所属单位
    a.is_main,                              -- 是否主账号：计划的增长指标以它为准
    d.followers_first_on,                   -- 粉丝数首日
    d.followers_last_on,                    -- 粉丝数末日
    d.reads_first_on,                       -- 阅读（次数或人数）首日
    d.reads_last_on,                        -- 阅读（次数或人数）末日
    t.first_on as articles_first_on,        -- 最早一篇文章的发表日
    t.last_on as articles_last_on,          -- 最近一篇文章的发表日
    v.first_on as videos_first_on,          -- 最早一件视频等作品的发布日
    v.last_on as videos_last_on             -- 最近一件视频等作品的发布日
from raw.account as a
left join raw.platform as p on p.platform = a.platform
left join daily as d on d.account_id = a.account_id
left join article as t on t.account_id = a.account_id
left join video as v on v.account_id = a.account_id
