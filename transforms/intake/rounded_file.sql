-- 新文件里的长编号全部在第 15 位以后为 0，多半被 Excel 舍入：不作编号用，按账号和发布时间认定
-- outcome: tell
select
    r.load_seq, cast(null as bigint) as other_load_seq,
    concat('“', v.original_name, '”中的 ', cast(r.ids as varchar), ' 个长编号（如 ', r.example_id,
        '）第15位以后全是0，多半被Excel四舍五入，已改按账号和发布时间认定。请重新下载原始导出文件，不要用Excel打开后另存') as reason_zh,
    concat(v.original_name, ': all long ids (such as ', r.example_id,
        ') end in zeros from the sixteenth digit on, so Excel rounded them; works are known by account and time. ',
        'Hand in the file as downloaded') as reason_en
from staging.rounded_file as r
join staging.visible_file as v on v.load_seq = r.load_seq
join ops.context as c on c.run_id = v.run_id
where exists (select 1 from raw.video_work as w where w.load_seq = r.load_seq
    and regexp_matches(half_width(w.work_id), '^[1-9][0-9]{14}0$'))
