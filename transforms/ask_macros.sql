-- Frequent questions in one line, for analysts: `from ask.targets()`. Table macros of the published warehouse; a name
-- that stands here stays (docs/sql-cookbook.md says how one would be retired).

-- 年度指标：进度、预测、状态
create or replace macro ask.targets() as table
select name_zh, unit, baseline, target, actual, growth_pct, progress_pct, forecast_low, forecast, forecast_high,
    required_growth_pct, status, days_covered, days_expected, note_zh
from mart.target_progress order by position;

-- 一个账号（编号或名称）每周的增长
create or replace macro ask.growth(account) as table
select w.week_start, w.followers, w.net_followers, w.reads, w.readers, w.reads_days, w.reads_wow_pct, w.reads_yoy_pct,
    w.readers_wow_pct, w.readers_yoy_pct
from mart.account_weekly as w join mart.account as a on a.account_id = w.account_id
where a.account_id = account or a.name = account order by w.week_start;

-- 一段日子里的文章，阅读多的在前
create or replace macro ask.articles(first_day, last_day) as table
select a.name as account, t.published_on, t.title, t.reads, t.readers, t.shares, t.finish_rate, t.is_10w,
    t.is_provisional, t.url
from mart.article as t join mart.account as a on a.account_id = t.account_id
where t.published_on between cast(first_day as date) and cast(last_day as date)
order by coalesce(t.reads, t.readers) desc nulls last, t.published_on, t.title;

-- 一年里的 10W+ 作品
create or replace macro ask.ten_w(year_wanted) as table
select published_on, title, origin, owner, reads, reads_is_capped, first_10w_on, url
from mart.ten_w_article where date_part('year', published_on) = year_wanted order by published_on, title;

-- 一段日子里的媒体报道（篇次）：级别与倾向
create or replace macro ask.mentions(first_day, last_day) as table
select coalesce(media_level, '未填') as media_level, coalesce(tone, '待确认') as tone, count(*) as mentions,
    count(distinct story_id) as stories
from mart.mention where published_on between cast(first_day as date) and cast(last_day as date)
group by 1, 2 order by mentions desc, media_level, tone;

-- 单位贡献
create or replace macro ask.units() as table
select unit, positive_reports_rank, positive_reports, positive_rate, activities_rank, activities, participants,
    new_media_products, livestreams, reads
from mart.unit_league order by positive_reports_rank, activities_rank, unit;

-- 逾期的项目
create or replace macro ask.overdue() as table
select name_zh, departments, time_zh, due_on, days_overdue from mart.project_progress where is_overdue order by due_on,
    name_zh;

-- 缺数的日子
create or replace macro ask.gaps() as table
select a.name as account, g.metric, g.gap_from, g.gap_to, g.days
from mart.data_gap as g join mart.account as a on a.account_id = g.account_id order by g.gap_from, account, g.metric;

-- 如果目标是另一个数：还差多少、日均需多少、近 28 天日均多少、把握多大。
-- 增长类按比基数增长多少（%），计数类按比计划的目标多多少（%，0 即计划的目标）
create or replace macro ask.what_if(target_wanted, growth_wanted) as table
with asked as (
    select
        t.*, p.method, greatest(c.year_end - c.plan_as_of, 0) as days_ahead,
        case when t.kind = 'count' then ceil(round(t.target * (1 + growth_wanted / 100.0), 6))
            else t.baseline * (1 + growth_wanted / 100.0) end as aim
    from mart.target_progress as t
    join raw.plan_target as p on p.target_id = t.target_id
    cross join ops.context as c
    where t.target_id = target_wanted
), scaled as (
    -- 还差的量在预测范围上的位置：流量按倍数（与范围同为对数），粉丝按差额
    select
        a.*, case when a.actual >= a.aim then 0.0 else ceil(round(a.aim, 6)) - a.actual end as missing,
        1.2816 * case when a.method = 'flow' and a.aim > a.actual and a.forecast > a.actual
            then ln((a.forecast - a.actual) / (a.aim - a.actual))
                / nullif(ln((a.forecast_high - a.actual) / (a.forecast - a.actual)), 0)
            when a.method = 'two_flows'
            then (a.forecast - a.aim) / nullif(case when a.forecast < a.aim then a.forecast_high - a.forecast
                else a.forecast - a.forecast_low end, 0)
            end as z
    from asked as a
), tailed as (
    select *, exp(-z * z / 2) * 0.3989422804014327 * list_transform([1 / (1 + 0.2316419 * abs(z))], lambda t:
        t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429)))))[1] as tail
    from scaled
), likely as (
    select s.*, case when s.actual >= s.aim then 1.0
        when s.method = 'gamma_poisson' and n.p is not null then 1 - (
            select coalesce(sum(exp(lgamma(k + n.evidence / n.step) - lgamma(n.evidence / n.step) - lgamma(k + 1)
                + n.evidence / n.step * ln(n.p) + k * ln(greatest(1 - n.p, 1e-12)))), 0)
            from range(0, 2000) as r(k) where k < s.missing / n.step)
        when s.forecast_low is null then null
        when s.z is null then cast(s.forecast >= s.aim as integer)
        when s.z >= 0 then 1 - s.tail else s.tail end as likelihood
    from tailed as s
    left join staging.count_forecast as n on n.target_id = s.target_id
)
select
    target_id, name_zh, unit, growth_wanted as growth_wanted_pct, aim as target, actual, missing as gap, days_ahead
        as days_left,
    missing / nullif(days_ahead, 0) as daily_need, recent_daily, forecast_low, forecast, forecast_high,
    case when likelihood < 0 then 0.0 else likelihood end as chance
from likely;
