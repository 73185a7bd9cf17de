"""What a report shows, taken from the marts as it stands there. Nothing is computed here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

    from reports.period import Period

Rows = list[dict[str, Any]]

# Every query may use $first and $last, the days of the report, and $id: what is known by the week only joins on the week's name,
# so that a month that happens to begin on a Monday does not show its first week as its own.
QUERIES = {
    "context": "select c.*, r.finished_at as published_at from ops.context as c join ops.run as r using (run_id)",
    "runs": "select run_id, status, message from ops.run order by run_id desc limit 1",
    "targets": """
        select p.*, w.change, w.actual as week_actual, w.known_on
        from mart.target_progress as p
        left join mart.target_weekly as w on w.target_id = p.target_id and w.iso_week = $id
        order by p.position""",
    "daily": "select * from mart.target_daily where target_id in ('wechat_followers', 'wechat_reads') order by target_id, date",
    "annotations": "select * from raw.plan_annotation order by from_on",
    "weeks": """
        select w.* from mart.account_weekly as w join raw.account as a using (account_id)
        where a.is_main and w.week_start between $last - 7 * 26 and $last order by w.week_start""",
    "main_days": """
        select count(d.followers) as followers_days, count(coalesce(d.reads, d.readers)) as reads_days
        from mart.account_daily as d join raw.account as a using (account_id)
        where a.is_main and d.date between $first and $last""",
    "accounts": """
        select a.name, w.* exclude (account_id)
        from raw.account as a
        left join mart.account_weekly as w on w.account_id = a.account_id and w.iso_week = $id
        order by a.is_main desc, a.account_id""",
    "articles": """
        select a.name as account, t.title, t.published_on, t.url, t.reads, t.readers, t.shares, t.finish_rate, t.is_10w, t.is_provisional
        from mart.article as t join raw.account as a using (account_id)
        where t.published_on between $first and $last and coalesce(t.reads, t.readers) is not null
        order by coalesce(t.reads, t.readers) desc, t.published_on, t.title""",
    "ten_w": """
        select t.* from mart.ten_w_article as t join ops.context as c on t.published_on between c.year_start and c.plan_as_of
        order by t.published_on desc, t.title""",
    "tone": """
        with counted as (
            select coalesce(m.media_level, '未填') as level, coalesce(m.tone, '待确认') as tone, count(*) as mentions
            from mart.mention as m join ops.context as c on m.published_on between c.year_start and c.plan_as_of group by 1, 2)
        select * from counted order by sum(mentions) over (partition by level) desc, level, tone""",
    "medium": """
        with counted as (
            select coalesce(m.media_type, '未填') as medium, coalesce(m.tone, '待确认') as tone, count(*) as mentions
            from mart.mention as m where m.published_on between $first and $last group by 1, 2)
        select * from counted order by sum(mentions) over (partition by medium) desc, medium, tone""",
    "units": """
        select l.*, w.positive_reports as period_reports, w.places_gained
        from mart.unit_league as l
        left join mart.unit_weekly as w on w.unit = l.unit and w.iso_week = $id
        where coalesce(l.positive_reports, 0) + coalesce(l.activities, 0) > 0
        order by l.positive_reports_rank, l.activities_rank, l.unit""",
    "projects": "select * from mart.project_progress order by position",
    "incidents": """
        select * from mart.incident
        where cast(found_at as date) between $first and $last or (closed_at is null and cast(found_at as date) <= $last)
        order by found_at desc""",
    "activities": "select * from mart.activity where started_on between $first and $last order by started_on, name",
    "gaps": """
        select g.*, a.name from mart.data_gap as g join raw.account as a using (account_id)
        join ops.context as c on g.gap_to >= c.year_start order by g.gap_from desc""",
    "restated": """
        select table_name, column_name, count(*) as changed, min(row_key) as example from ops.restatement
        where run_id = (select run_id from ops.context) group by all order by all""",
    "alerts": "select * from ops.alert where state <> 'closed' order by opened_at desc, rule, subject",
    "review": "select count(*) as waiting from mart.review_queue where mention_id is not null",
}


def collect(con: duckdb.DuckDBPyConnection, period: Period) -> dict[str, Rows]:
    """Return the rows of every query for the period, by the query's name."""
    given = {"first": period.first, "last": period.last, "id": period.id}
    return {name: fetch(con, query, given) for name, query in QUERIES.items()}


def fetch(con: duckdb.DuckDBPyConnection, query: str, given: dict[str, Any] | None = None) -> Rows:
    """Return a query's rows as dicts; of the values given, those that the query names as `$name` are bound."""
    values = {name: value for name, value in (given or {}).items() if f"${name}" in query}
    cursor = con.execute(query, values) if values else con.execute(query)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, map(_harmless, row), strict=True)) for row in cursor.fetchall()]


def _harmless(value: Any) -> Any:  # noqa: ANN401 - any SQL value
    """Drop control characters and those that turn the direction of the text around them; other values stay as they are."""
    if not isinstance(value, str) or value.isprintable():
        return value
    return "".join(sign if sign.isprintable() else " " if sign.isspace() else "" for sign in value)
