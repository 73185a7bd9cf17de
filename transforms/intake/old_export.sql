-- 旧导出另存后又交来：全部数字与早先一个文件相同，而其中一些后来已被更新的文件改过。先不计入，以免旧数盖掉新数
-- outcome: hold
with new_file as (
    select v.load_seq, v.source, v.original_name, v.sha256
    from staging.visible_file as v
    join ops.context as c on c.run_id = v.run_id
), figure as (
    -- 只看今晚有新文件的账号
    select load_seq, account_id, 'followers' as kind, cast(date as varchar) as item, followers as value
    from staging.follower_daily_version
    where followers is not null and account_id in (select source from new_file)
    union all
    select load_seq, account_id, 'reads', cast(date as varchar), coalesce(reads, readers)
    from staging.channel_daily_version
    where channel = '全部' and coalesce(reads, readers) is not null and account_id in (select source from new_file)
    union all
    select load_seq, account_id, 'plays', cast(date as varchar), coalesce(plays, reads, reads_or_plays)
    from staging.platform_daily_version
    where coalesce(plays, reads, reads_or_plays) is not null and account_id in (select source from new_file)
    union all
    select load_seq, account_id, 'works', video_id, coalesce(plays, reads, likes)
    from staging.video_version
    where coalesce(plays, reads, likes) is not null and account_id in (select source from new_file)
    union all
    select load_seq, account_id, 'articles', concat_ws('|', article_id, cast(window_rank as varchar)),
        coalesce(reads, readers)
    from staging.article_version
    where coalesce(reads, readers) is not null and account_id in (select source from new_file)
), fresh as (
    select f.* from figure as f join new_file as n on n.load_seq = f.load_seq
), total as (
    select load_seq, count(*) as items from fresh group by load_seq
), same as (
    select n.load_seq, o.load_seq as old_load_seq, count(*) as items
    from fresh as n
    join figure as o
        on o.account_id = n.account_id and o.kind = n.kind and o.item = n.item and o.value = n.value
            and o.load_seq < n.load_seq
    group by n.load_seq, o.load_seq
), copy as (
    select s.load_seq, max(s.old_load_seq) as old_load_seq
    from same as s
    join total as t on t.load_seq = s.load_seq and t.items = s.items
    where t.items >= 2
    group by s.load_seq
), stale as (
    select c.load_seq, c.old_load_seq, max(g.load_seq) as newer_load_seq, count(distinct concat(n.kind, n.item))
        as items
    from copy as c
    join fresh as n on n.load_seq = c.load_seq
    join figure as g
        on g.account_id = n.account_id and g.kind = n.kind and g.item = n.item and g.value <> n.value
        and g.load_seq > c.old_load_seq and g.load_seq < c.load_seq
    group by c.load_seq, c.old_load_seq
)
select
    s.load_seq, s.newer_load_seq as other_load_seq,
    concat('“', n.original_name, '”与早先的“', o.original_name, '”数字完全相同，像是旧导出另存；其中 ',
        cast(s.items as varchar), ' 项已被“', w.original_name,
        '”更新，暂不计入。确是旧文件：files withdraw ', left(n.sha256, 12),
            ' --reason 旧导出；确应以它为准：files release ', left(n.sha256, 12)) as reason_zh,
    concat(n.original_name, ' repeats ', o.original_name, ', and ', w.original_name, ' has newer values for ',
        cast(s.items as varchar),
        ' of them: an old export saved again? files withdraw or files release ', left(n.sha256, 12)) as reason_en
from stale as s
join new_file as n on n.load_seq = s.load_seq
join staging.visible_file as o on o.load_seq = s.old_load_seq
join staging.visible_file as w on w.load_seq = s.newer_load_seq
