-- 公众满意度测评：每期、每项测评、每个对象、每个指标一行（人工台账）。得分与满意率是两个指标
-- grain: period, survey_name, subject, indicator
with typed as (
    select
        to_text(r.period) as period, to_text(r.survey_name) as survey_name, to_text(r.subject) as subject,
        coalesce(to_text(r.indicator), '总体') as indicator, to_text(r.agency) as agency, to_count(r.sample_size)
            as sample_size,
        case when half_width(r.score) like '%\%' escape '\' then null else to_number(r.score) end as score,
        coalesce(to_number(r.full_score), 100) as full_score,
        coalesce(to_percent(r.satisfied), case when half_width(r.score) like '%\%' escape '\'
            then to_percent(r.score) end) as satisfied_pct,
        to_number(r.previous_score) as previous_score, to_number(r.city_average) as city_average,
        to_count(r.rank) as rank, to_count(r.ranked_units) as ranked_units, r.load_seq, r.sheet, r.row_number
    from raw.ledger_satisfaction as r
    join staging.visible_file as v on v.load_seq = r.load_seq
    where not exists (select 1 from staging.gone_row as g where g.is_withdrawn
        and g.load_seq = r.load_seq and g.sheet = coalesce(r.sheet, '') and g.row_number = r.row_number)
), newest as (
    select * from typed qualify is_latest((period, survey_name, subject, indicator), load_seq, sheet, row_number)
)
select
    period,         -- 测评期次
    survey_name,    -- 测评名称
    subject,        -- 测评对象
    indicator,      -- 指标
    agency,         -- 测评机构
    sample_size,    -- 样本量
    score,          -- 得分
    full_score,     -- 满分
    satisfied_pct,  -- 满意率（%）；得分栏写成百分数的归入此列
    previous_score, -- 上期得分
    city_average,   -- 全市平均
    rank,           -- 排名
    ranked_units    -- 参评单位数
from newest
