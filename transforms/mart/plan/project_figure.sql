-- 项目数据：宣传项目的佐证数字，如网络投票的票数。每个项目、每种数据、每个统计日期一行（人工台账），取最新版本
-- grain: project_id, figure, counted_on
with typed as (
    select
        p.project_id, to_text(r.figure) as figure, to_day(r.counted_on, r.default_year) as counted_on,
            to_number(r.value) as value,
        to_text(r.measure_unit) as measure_unit, to_text(r.evidence) as evidence, r.load_seq, r.sheet, r.row_number
    from raw.ledger_project_figure as r
    join staging.visible_file as v on v.load_seq = r.load_seq
    join staging.project_name as p on p.name_zh = to_text(r.project)
        and p.month = date_part('month', to_day(r.counted_on, r.default_year))
    where not exists (select 1 from staging.gone_row as g where g.is_withdrawn
        and g.load_seq = r.load_seq and g.sheet = coalesce(r.sheet, '') and g.row_number = r.row_number)
), newest as (
    select t.* from typed as t
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
