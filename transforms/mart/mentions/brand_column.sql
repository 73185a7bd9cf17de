-- 品牌栏目：计划列出的每个媒体栏目一行，本年度版面栏目写明它的报道篇次
-- grain: column_id
with named as (
    select distinct w.column_id, g.mention_id
    from staging.report_row as r
    join staging.report_group as g on g.load_seq = r.load_seq and g.sheet = r.sheet and g.row_number = r.row_number
    join raw.plan_column_word as w on position(w.word in coalesce(r.section_name, '')) > 0
)
select
    b.column_id,                                                                -- 栏目编号
    b.name_zh,                                                                  -- 栏目名称
    b.position,                                                                 -- 次序
    count(m.mention_id) as mentions,                                            -- 报道篇次
    count(m.mention_id) filter (where m.is_positive_report) as positive_reports,    -- 其中正面报道
    max(m.published_on) as last_on                                              -- 最近一次
from raw.plan_column as b
cross join ops.context as c
left join named as n on n.column_id = b.column_id
left join mart.mention as m on m.mention_id = n.mention_id and m.published_on between c.year_start and c.plan_as_of
group by b.column_id, b.name_zh, b.position
