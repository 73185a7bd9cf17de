-- 新交的台账与前一个只有少半相同：是新版还是分件，无法断定，先不计入
-- outcome: hold
select
    e.load_seq, e.earlier_load_seq as other_load_seq,
    concat('“', l.original_name, '”与此前的“', f.original_name, '”（', cast(f.known_on as varchar), '）只有 ',
        cast(e.shared_keys as varchar),
        ' 行相同，占前者 ', cast(round(100 * e.share) as integer),
            '%，无法断定是新版还是另一部分，暂不计入。如是新版，前者没有的行将撤下：files edition ',
        left(l.sha256, 12), '；如是另一部分，两者都计入：files pieces ', left(l.sha256, 12)) as reason_zh,
    concat(l.original_name, ' shares ', cast(e.shared_keys as varchar), ' row(s) with ', f.original_name,
        ': a later edition or another piece? Held until answered: files edition ', left(l.sha256, 12),
            ' or files pieces ', left(l.sha256, 12)) as reason_en
from staging.edition as e
join staging.visible_file as l on l.load_seq = e.load_seq
join staging.visible_file as f on f.load_seq = e.earlier_load_seq
join ops.context as c on c.run_id = l.run_id
where e.verdict = 'in_doubt'
