-- 项目数据：宣传项目的佐证数字，如网络投票的票数。每个项目、每种数据、每个统计日期一行（人工台账），取最新版本
-- grain: project_id, figure, counted_on
with kept as (
    select p.project_id, r.*
    from staging.project_figure_row as r
    join staging.project_name as p on p.name_zh = r.project_text and p.month = date_part('month', r.counted_on)
    where not exists (select 1 from staging.gone_row as g where g.is_withdrawn
        and g.load_seq = r.load_seq and g.sheet = coalesce(r.sheet, '') and g.row_number = r.row_number)
), newest as (
    select t.* from kept as t
    join ops.context as c on t.counted_on between c.year_start and c.plan_as_of
    qualify is_latest((t.project_id, t.figure, t.counted_on), t.load_seq, t.sheet, t.row_number)
)
select
    project_id,     -- 项目编号
    figure,         -- 数据名称
    counted_on,     -- 统计日期
    value,          -- 数值
    measure_unit,   -- 计量单位
    evidence,       -- 佐证材料
    row_number() over (partition by project_id, figure order by counted_on desc) = 1
        as is_latest  -- 是否该项数据最近的一次
from newest
