-- 新交的台账与前一个文件名和日期范围相同，却没有一行相同：按分件都计入，请核对
-- outcome: tell
select
    e.load_seq, e.earlier_load_seq as other_load_seq,
    concat('“', l.original_name, '”与此前的“', f.original_name, '”（', cast(f.known_on as varchar),
        '）文件名和日期范围相同，却没有一行相同，暂按两部分都计入。如是新版：files edition ',
        left(l.sha256, 12), '；确是另一部分：files pieces ', left(l.sha256, 12)) as reason_zh,
    concat(l.original_name, ' has the name and the period of ', f.original_name,
        ' but no row of it; both count. Answer: files edition ',
        left(l.sha256, 12), ' or files pieces ', left(l.sha256, 12)) as reason_en
from staging.edition as e
join staging.visible_file as l on l.load_seq = e.load_seq
join staging.visible_file as f on f.load_seq = e.earlier_load_seq
join ops.context as c on c.run_id = l.run_id
where e.asks
