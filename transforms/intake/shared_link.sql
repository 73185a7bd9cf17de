-- 新台账里名称不同的几行填了同一个链接：按链接是一件，多半是链接粘错了，请核对
-- outcome: tell
with linked as (
    select load_seq, canonical_url, name_key as title_key, name as title, 1 as unlike from staging.product_row
    union all
    -- 报道改了标题仍是一篇：大半不同才问
    select load_seq, canonical_url, plain_title(title), title, 0.5 from staging.report_typed where origin = 'ledger'
), named as (
    select load_seq, canonical_url, min(title) as one, max(title) as other, min(unlike) as unlike,
        list(distinct title_key) as keys, min_by(title_key, length(title_key)) as shortest
    from linked
    where canonical_url is not null
    group by load_seq, canonical_url
), shared as (
    -- 名称只多几个字的不问
    select load_seq, canonical_url, one, other
    from named
    where len(list_filter(keys, lambda key: not contains(key, shortest) and jaccard(key, shortest) < unlike)) > 0
)
select
    s.load_seq, cast(null as bigint) as other_load_seq,
    concat('“', v.original_name, '”中有 ', cast(count(*) as varchar), ' 个链接填在名称不同的几行里，如“',
        left(min_by(s.one, s.canonical_url), 30), '”和“', left(min_by(s.other, s.canonical_url), 30),
        '”，按链接只计一件。不是同一件的，请改正链接后重新提交') as reason_zh,
    concat(v.original_name, ': ', cast(count(*) as varchar),
        ' address(es) stand in rows of different names, which count as one: mend the address if they are not')
        as reason_en
from shared as s
join staging.visible_file as v on v.load_seq = s.load_seq
join ops.context as c on c.run_id = v.run_id
group by s.load_seq, v.original_name
