"""Ready questions of 查数: a button each, with the SQL behind it for whoever wants to change it."""

from __future__ import annotations

QUESTIONS = (
    ("每周粉丝和阅读", """select w.week_start, w.net_followers, w.followers, w.reads
from mart.account_weekly as w join mart.account as a using (account_id)
where a.is_main
order by w.week_start"""),
    ("年度指标到哪一步了", """select name_zh, actual, target, unit, progress_pct, status, note_zh
from mart.target_progress
order by position"""),
    ("最近一个月哪些文章读的人最多", """select t.title, t.published_on, t.reads, t.shares, a.name
from mart.article as t join mart.account as a using (account_id)
where t.published_on > (select plan_as_of - 31 from ops.context)
order by t.reads desc nulls last
limit 50"""),
    ("各单位排名", """select unit, positive_reports, activities, participants, reads
from mart.unit_league
order by positive_reports desc nulls last"""),
    ("哪些作品过了10W+", """select published_on, title, origin, owner, reads, reads_is_capped
from mart.ten_w_article
order by published_on desc"""),
    ("哪些项目已超时限", """select name_zh, departments, time_zh, due_on, days_overdue
from mart.project_progress
where is_overdue
order by days_overdue desc"""),
    ("正面报道每月多少篇次",
        """select date_trunc('month', published_on)::date as month, count(*) as mentions
from mart.mention
where is_positive_report
group by all
order by month"""),
    ("数据缺哪几天", """select a.name, g.metric, g.gap_from, g.gap_to, g.days
from mart.data_gap as g join mart.account as a using (account_id)
order by g.gap_from desc"""),
)  # fmt: skip
