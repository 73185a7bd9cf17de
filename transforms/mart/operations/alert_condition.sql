-- 提醒条件：此刻成立的每一条。流水线据此新开或关闭 ops.alert，只在状态变化时新增
-- grain: rule, subject
select
    'account_silent' as rule,                                                       -- 规则
    account_id as subject,                                                          -- 对象
    cast(days_since_post as varchar) || '天' as value,                             -- 现值
    case verdict when 'warn' then '7天' when 'alarm' then '10天' else '14天' end as baseline, -- 基准
    '“' || name || '”' || coalesce('自' || dated(last_post_on, date_part('year', data_until)) || '起未更新',
        '有数据以来没有更新') as cause_zh  -- 原因
from mart.account_health
where verdict in ('warn', 'alarm', 'veto')
union all
select 'target_behind', target_id, one_decimal(progress_pct) || '%', '应达到' || grouped(expected_by_now) || unit,
    name_zh || '进度滞后：实际' || grouped(actual) || unit || '，目标' || grouped(ceil(round(target, 6))) || unit
from mart.target_progress
where status = 'behind'
union all
select 'incident_overdue', incident_id, title, cast(limit_hours as varchar) || '小时',
    month_day(cast(found_at as date)) || cast(date_part('hour', found_at) as varchar) || '时发现，尚未回应，已超时限'
from mart.incident
where verdict = '超时' and answered_at is null
union all
-- 账号没交的每种数据一条，久没更新的账号一条；各单位的台账见 mart.owed
select rule, subject, value, baseline, cause_zh from staging.owed_alert where rule <> 'owed_ledger'
union all
select 'negative_mentions', 'mentions', grouped(recent) || '篇次', '此前每周'
    || one_decimal(earlier_per_week) || '篇次',
    '最近7天负面报道：' || top_stories || coalesce('。媒体：' || top_media, '')
from mart.mention_pulse
where tone_group = '负面' and recent > greatest(1, earlier_per_week)
union all
select case verdict when 'spike' then 'mention_spike' else 'mention_silence' end, 'mentions', grouped(recent) || '篇次',
    '此前每周' || one_decimal(earlier_per_week) || '篇次',
    case verdict when 'spike' then '最近7天报道激增：' || top_stories || coalesce('。媒体：' || top_media, '')
        else '最近7天没有任何报道记录：可能没有报道，也可能没有登记或导出' end
from mart.mention_pulse
where tone_group = '全部' and verdict in ('spike', 'silence')
union all
select 'follower_drop', f.account_id, '日均取关' || one_decimal(f.lost_per_day) || '人',
    '此前日均' || one_decimal(f.earlier_per_day) || '人',
    '“' || a.name || '”截至' || month_day(f.data_until) || '的7天净减' || grouped(-f.net_followers) || '人，取关最多的是'
        || month_day(f.worst_on) || coalesce('；当时发表：' || f.posts_then, '')
from mart.follower_pulse as f
join raw.account as a on a.account_id = f.account_id
where f.verdict = 'drop'
union all
-- 没有计划就没有评判：本年度还没有的随时提醒，下一年度的从 12 月 1 日起提醒
select 'no_plan', cast(n.year as varchar), '无计划', '每年一份',
    cast(n.year as varchar) || '年度计划尚未建立：请由宣传处新建并核对（plan new ' || cast(n.year as varchar) || '）'
from (
    select cast(date_part('year', c.as_of) as integer) as year from ops.context as c
    union all
    select cast(date_part('year', c.as_of) as integer) + 1 from ops.context as c where date_part('month', c.as_of) = 12
) as n
where n.year not in (select p.year from raw.plan_year as p) and exists (select 1 from raw.plan_year)
