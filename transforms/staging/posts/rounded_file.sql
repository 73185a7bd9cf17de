-- 被 Excel 舍入的作品清单：文件里 16 位以上的编号不止一个，而且第 15 位以后全是 0（真编号十个里只有一个以 0 结尾）
-- grain: load_seq
-- incremental_by: load_seq
with written as (
    select load_seq, half_width(work_id) as work_id from raw.video_work
)
select
    w.load_seq,                                 -- 版本次序
    count(*) as ids,                            -- 长编号个数
    min(w.work_id) as example_id                -- 例
from written as w
where regexp_matches(w.work_id, '^[1-9][0-9]{15,19}$')
group by w.load_seq
having count(distinct w.work_id) > 1 and min(case when regexp_matches(w.work_id, '^[1-9][0-9]{14}0+$') then 1
    else 0 end) = 1
