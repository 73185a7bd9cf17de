-- 新台账的媒体一栏写了几家媒体：一行只计一篇次，请分行填写
-- outcome: tell
select
    t.load_seq, cast(null as bigint) as other_load_seq,
    concat('“', v.original_name, '”中有 ', cast(count(*) as varchar), ' 行的媒体名称写了几家（如“',
        left(min(t.media_name), 30), '”），一行只计一篇次。几家都发了的，请一家一行，重新提交') as reason_zh,
    concat(v.original_name, ': ', cast(count(*) as varchar),
        ' row(s) name several media and count once each: write a row for each medium') as reason_en
from staging.report_typed as t
join staging.visible_file as v on v.load_seq = t.load_seq
join ops.context as c on c.run_id = v.run_id
where t.origin = 'ledger' and regexp_matches(t.media_name, '[、；;，,]|等.{0,6}(家|媒体)|多家')
group by t.load_seq, v.original_name
