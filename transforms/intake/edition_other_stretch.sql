-- 新版台账缺了前一个文件里整段更早或更晚的行：这一段仍计入，请核对
-- outcome: tell
select
    g.gone_in as load_seq, g.load_seq as other_load_seq,
    concat('“', l.original_name, '”没有“', f.original_name, '”中 ', cast(min(g.held_on) as varchar), ' 至 ',
        cast(max(g.held_on) as varchar), ' 的 ',
        cast(count(*) as varchar), ' 行，这些行暂仍计入。如应撤下：files edition ', left(l.sha256, 12),
            '；如应保留：files pieces ', left(l.sha256, 12)) as reason_zh,
    concat(l.original_name, ' lacks ', cast(count(*) as varchar), ' row(s) of ', f.original_name,
        ' outside its period; they still count. Answer: files edition ',
        left(l.sha256, 12), ' or files pieces ', left(l.sha256, 12)) as reason_en
from staging.gone_row as g
join staging.visible_file as l on l.load_seq = g.gone_in
join staging.visible_file as f on f.load_seq = g.load_seq
join ops.context as c on c.run_id = l.run_id
where g.asks
group by g.gone_in, g.load_seq, l.original_name, f.original_name, l.sha256
