-- 新文件里作品的播放或阅读总数比已有的少：总数只会增加，以新文件为准，但请核对
-- outcome: tell
with new_file as (
    select v.load_seq, v.source, v.original_name, v.sha256
    from staging.visible_file as v
    join ops.context as c on c.run_id = v.run_id
), video as (
    -- 只看今晚有新文件的账号
    select * from staging.video_version where account_id in (select source from new_file)
), article as (
    select * from staging.article_version where account_id in (select source from new_file)
), figure as (
    select load_seq, account_id, 'plays' as kind, video_id as item, title, plays as value from video
        where plays is not null
    union all
    select load_seq, account_id, 'reads', video_id, title, reads from video where reads is not null
    union all
    select load_seq, account_id, concat('reads', cast(window_rank as varchar)), article_id, title, reads
        from article where reads is not null
    union all
    select load_seq, account_id, concat('readers', cast(window_rank as varchar)), article_id, title, readers
        from article where readers is not null
), fresh as (
    select f.*, n.original_name, n.sha256 from figure as f join new_file as n on n.load_seq = f.load_seq
), lowered as (
    select
        n.load_seq, n.kind, n.item, n.title, n.value, n.original_name, n.sha256,
        max_by(o.value, o.load_seq) as old_value, max(o.load_seq) as other_load_seq
    from fresh as n
    join figure as o on o.account_id = n.account_id and o.kind = n.kind and o.item = n.item and o.load_seq < n.load_seq
    group by n.load_seq, n.kind, n.item, n.title, n.value, n.original_name, n.sha256
    having max_by(o.value, o.load_seq) > n.value
)
select
    l.load_seq, l.other_load_seq,
    concat('“', l.original_name, '”中 ', cast(count(distinct l.item) as varchar), ' 件作品的总数比“', v.original_name,
        '”少，如“', left(min(l.title), 30), '”由 ',
        cast(min_by(l.old_value, l.title) as varchar), ' 变为 ', cast(min_by(l.value, l.title) as varchar),
            '；已以新文件为准，请核对是否为旧导出。撤下：files withdraw ', left(l.sha256, 12)) as reason_zh,
    concat(l.original_name, ' lowers totals of ', cast(count(distinct l.item) as varchar), ' work(s) against ',
        v.original_name,
        '; the newer file counts. To undo: files withdraw ', left(l.sha256, 12)) as reason_en
from lowered as l
join staging.visible_file as v on v.load_seq = l.other_load_seq
group by l.load_seq, l.other_load_seq, l.original_name, l.sha256, v.original_name
