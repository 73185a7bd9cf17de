-- 作品编号被 Excel 舍入（第 15 位以后全是 0），同一账号另有完整编号、前 15 位相同：会把一件作品算成两件，先不计入
-- outcome: hold
with new_file as (
    select v.load_seq, v.source, v.original_name, v.sha256
    from staging.visible_file as v
    join ops.context as c on c.run_id = v.run_id
), work as (
    -- 只看今晚有新文件的账号
    select distinct load_seq, account_id, video_id, left(video_id, 15) as start,
        regexp_matches(video_id, '^[1-9][0-9]{14}0+$') as is_rounded
    from staging.video_version
    where account_id in (select source from new_file) and regexp_matches(video_id, '^[0-9]{16,20}$')
)
select
    n.load_seq, max(o.load_seq) as other_load_seq,
    concat('“', v.original_name, '”与“', max_by(f.original_name, o.load_seq), '”有 ',
        cast(count(distinct n.video_id) as varchar),
            ' 件作品的编号只差在第 15 位以后：其中一个文件的编号被 Excel 舍入了（如 ',
        min(case when n.is_rounded then n.video_id else o.video_id end),
            '），暂不计入。请用平台下载的原文件，不要在 Excel 中另存。撤下：files withdraw ', left(v.sha256, 12),
        ' --reason 编号被舍入；仍要计入：files release ', left(v.sha256, 12)) as reason_zh,
    concat(v.original_name, ' and ', max_by(f.original_name, o.load_seq), ' differ only beyond the 15th digit of ',
        cast(count(distinct n.video_id) as varchar),
        ' id(s): Excel rounded one of them. Hand in the file as downloaded; files withdraw or files release ',
            left(v.sha256, 12)) as reason_en
from work as n
join work as o on o.account_id = n.account_id and o.start = n.start and o.is_rounded <> n.is_rounded
    and o.load_seq < n.load_seq
join new_file as v on v.load_seq = n.load_seq
join staging.visible_file as f on f.load_seq = o.load_seq
group by n.load_seq, v.original_name, v.sha256
