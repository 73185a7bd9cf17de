-- Frequent questions in one line, for analysts: `from ask.targets()`. Table macros of the published warehouse; a name that stands here stays
-- (docs/sql-cookbook.md says how one would be retired).

-- 年度指标：进度、预测、状态
create or replace macro ask.targets() as table
select name_zh, unit, baseline, target, actual, growth_pct, progress_pct, forecast_low, forecast, forecast_high, required_growth_pct, status, days_covered, days_expected, note_zh
from mart.target_progress order by position;

-- 一个账号（编号或名称）每周的增长
create or replace macro ask.growth(account) as table
select w.week_start, w.followers, w.net_followers, w.reads, w.readers, w.reads_days, w.reads_wow_pct, w.reads_yoy_pct, w.readers_wow_pct, w.readers_yoy_pct
from mart.account_weekly as w join raw.account as a on a.account_id = w.account_id
where a.account_id = account or a.name = account order by w.week_start;

-- 一段日子里的文章，阅读多的在前
create or replace macro ask.articles(first_day, last_day) as table
select a.name as account, t.published_on, t.title, t.reads, t.readers, t.shares, t.finish_rate, t.is_10w, t.is_provisional, t.url
from mart.article as t join raw.account as a on a.account_id = t.account_id
where t.published_on between cast(first_day as date) and cast(last_day as date)
order by coalesce(t.reads, t.readers) desc nulls last, t.published_on, t.title;

-- 一年里的 10W+ 作品
create or replace macro ask.ten_w(year_wanted) as table
select published_on, title, origin, owner, reads, reads_is_capped, first_10w_on, url
from mart.ten_w_article where date_part('year', published_on) = year_wanted order by published_on, title;

-- 一段日子里的媒体报道（篇次）：级别与倾向
create or replace macro ask.mentions(first_day, last_day) as table
select coalesce(media_level, '未填') as media_level, coalesce(tone, '待确认') as tone, count(*) as mentions, count(distinct story_id) as stories
from mart.mention where published_on between cast(first_day as date) and cast(last_day as date)
group by 1, 2 order by mentions desc, media_level, tone;

-- 单位贡献
create or replace macro ask.units() as table
select unit, positive_reports_rank, positive_reports, positive_rate, activities_rank, activities, participants, new_media_products, livestreams, reads
from mart.unit_league order by positive_reports_rank, activities_rank, unit;

-- 逾期的项目
create or replace macro ask.overdue() as table
select name_zh, departments, time_zh, due_on, days_overdue from mart.project_progress where is_overdue order by due_on, name_zh;

-- 缺数的日子
create or replace macro ask.gaps() as table
select a.name as account, g.metric, g.gap_from, g.gap_to, g.days
from mart.data_gap as g join raw.account as a on a.account_id = g.account_id order by g.gap_from, account, g.metric;
