-- 新文件与同平台另一个账号的历史完全一致：多半是放错了账号文件夹。至少三天（粉丝）、七天（阅读、播放）或两件作品，
-- 且重叠部分八成以上一致
-- outcome: hold
with new_file as (
    select v.load_seq, v.original_name, v.sha256, a.platform
    from staging.visible_file as v
    join ops.context as c on c.run_id = v.run_id
    join raw.account as a on a.account_id = v.source
), new_day as (
    select date from staging.follower_daily_version where load_seq in (select load_seq from new_file)
    union
    select date from staging.channel_daily_version where load_seq in (select load_seq from new_file)
    union
    select date from staging.platform_daily_version where load_seq in (select load_seq from new_file)
), new_work as (
    select video_id as item from staging.video_version where load_seq in (select load_seq from new_file)
    union
    select url_id from staging.article_row where load_seq in (select load_seq from new_file)
), figure as (
    -- 只看新文件里有的日子和作品
    select load_seq, account_id, 'followers' as kind, cast(date as varchar) as item, followers as value, 3 as enough
    from staging.follower_daily_version where followers > 0 and date in (select date from new_day)
    union all
    select load_seq, account_id, 'reads', cast(date as varchar), coalesce(reads, readers), 7
    from staging.channel_daily_version
    where channel = '全部' and coalesce(reads, readers) > 0 and date in (select date from new_day)
    union all
    select load_seq, account_id, 'plays', cast(date as varchar), coalesce(plays, reads, reads_or_plays, impressions), 7
    from staging.platform_daily_version
    where coalesce(plays, reads, reads_or_plays, impressions) > 0 and date in (select date from new_day)
    union all
    select load_seq, account_id, 'works', video_id, 1, 2 from staging.video_version
    where video_id in (select item from new_work)
    union all
    select load_seq, account_id, 'works', url_id, 1, 2 from staging.article_row
    where url_id in (select item from new_work)
), fresh as (
    select distinct f.*, n.platform from figure as f join new_file as n on n.load_seq = f.load_seq
), total as (
    select load_seq, kind, count(distinct item) as items, count(distinct value) as different from fresh
        group by load_seq, kind
), same as (
    -- 先按值相等连接：大多数日子在不同账号间并不相等
    select n.load_seq, n.kind, o.load_seq as other_load_seq, o.account_id as other_account, count(distinct n.item)
        as equal_items
    from fresh as n
    join figure as o
        on o.kind = n.kind and o.item = n.item and o.value = n.value and o.account_id <> n.account_id
            and o.load_seq < n.load_seq
    join raw.account as a on a.account_id = o.account_id and a.platform = n.platform
    group by n.load_seq, n.kind, o.load_seq, o.account_id, n.enough
    having count(distinct n.item) >= n.enough
), overlap as (
    select s.load_seq, s.kind, s.other_load_seq, count(distinct n.item) as items
    from same as s
    join fresh as n on n.load_seq = s.load_seq and n.kind = s.kind
    join figure as o on o.load_seq = s.other_load_seq and o.kind = n.kind and o.item = n.item
    group by s.load_seq, s.kind, s.other_load_seq
)
select
    s.load_seq, s.other_load_seq,
    concat('“', n.original_name, '”与账号“', a.name, '”的“', v.original_name, '”有 ', cast(s.equal_items as varchar),
        case when s.kind = 'works' then ' 件作品' else ' 天数字' end,
            '完全一致，多半放错了账号文件夹，暂不计入。放错了：files withdraw ',
        left(n.sha256, 12), ' --reason 原因；确实无误：files release ', left(n.sha256, 12)) as reason_zh,
    concat(n.original_name, ' equals ', v.original_name, ' of account ', s.other_account, ' in ',
        cast(s.equal_items as varchar), ' ', s.kind,
        ': wrong account folder? files withdraw or files release ', left(n.sha256, 12)) as reason_en
from same as s
join overlap as o on o.load_seq = s.load_seq and o.kind = s.kind and o.other_load_seq = s.other_load_seq
join total as t on t.load_seq = s.load_seq and t.kind = s.kind
join new_file as n on n.load_seq = s.load_seq
join staging.visible_file as v on v.load_seq = s.other_load_seq
join raw.account as a on a.account_id = s.other_account
where s.equal_items >= 0.8 * o.items and (s.kind = 'works' or t.different >= 2)
    and (s.kind <> 'works' or s.equal_items >= 0.5 * t.items)
