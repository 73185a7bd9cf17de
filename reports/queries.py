"""Queries of a report on the marts. Nothing is computed here."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from pipeline.warehouse.rows import fetch_dicts

if TYPE_CHECKING:
    import duckdb

    from reports.period import Period

Rows = list[dict[str, Any]]

# Every query may use $first and $last, the days of the report, $year_first and $year_last, the part
# of its year that is known, and $id:
# what is known by the week only joins on the week's name, so that a month that happens to begin on
# a Monday does not show its first week
# as its own. A report on a year that is over takes that year's verdicts; marts that hold the
# current plan's year only are left out.
QUERIES = {
    "context": """
        select c.* replace (cast(date_part('year', $last) as integer) as plan_year, $year_first as year_start,
                make_date(cast(date_part('year', $last) as integer), 12, 31) as year_end,
                $year_last as plan_as_of),
            r.finished_at as published_at
        from ops.context as c join ops.run as r using (run_id)""",
    "runs": "select run_id, status, message from ops.run order by run_id desc limit 1",
    "targets": """
        with target as (
            select * from mart.target_progress where plan_year = date_part('year', $last)
            union all by name
            select * from mart.target_year
            where plan_year = date_part('year', $last) and plan_year <> (select plan_year from ops.context)
        )
        select p.plan_year, p.as_of, p.position, p.target_id, p.name_zh, p.kind, p.unit, p.baseline, p.target,
            p.actual, p.growth_pct, p.progress_pct, p.attained_pct, p.gain_pct, p.expected_by_now, p.pace,
            p.forecast, p.forecast_low, p.forecast_high, p.chance, p.required_growth_pct, p.status,
            p.days_covered, p.days_expected, p.definition_zh, p.verdict_zh, p.arithmetic_zh, p.gap,
            p.days_left, p.daily_need, p.recent_daily, p.note_zh, w.change, u.change as change_before
        from target as p
        left join mart.target_weekly as w on w.target_id = p.target_id and w.iso_week = $id
        left join mart.target_weekly as u on u.target_id = p.target_id and u.week_start = w.week_start - 7
        order by p.position""",
    "years": (
        "select * from mart.target_year where plan_year = date_part('year', $last) - 1 order by "
        "position"
    ),
    "months": """
        select target_id, change, previous_change as change_before from mart.target_monthly
        where month_start = $first order by target_id""",
    # the same month of the base year on comparable days; January and February together, for New
    # Year moves between them
    "same_month": """
        select flow, period_zh, growth_pct from mart.month_comparable
        where period_start = case when date_part('month', $first) = 2 then $first - interval 1 month
            else $first end
        order by flow""",
    "daily": """
        select d.* from mart.target_daily as d join mart.target_progress as p using (target_id)
        where p.kind <> 'count' order by p.position, d.date""",
    "evidence": "select target_id, items from mart.target_evidence_total order by target_id",
    "newest": """
        select target_id, date, title, value, original_name, sheet, row_number from mart.target_evidence
        where in_plan_year
        qualify row_number() over (partition by target_id order by date desc, original_name, row_number) <= 5
        order by target_id, date desc, original_name, row_number""",
    "pieces": "select * from mart.target_piece order by target_id, due_on",
    "annotations": "select * from mart.plan_annotation order by from_on",
    "weeks": """
        select w.* from mart.account_weekly as w join mart.account as a using (account_id)
        where a.is_main and w.week_start between $last - 7 * 26 and $last order by w.week_start""",
    "main_days": """
        select d.followers, coalesce(d.reads, d.readers) as reads
        from mart.account_daily as d join mart.account as a using (account_id)
        where a.is_main and d.date between $first and $last""",
    "accounts": """
        select a.account_id, a.name, a.unit as owner, a.is_main, h.last_post_on, h.days_since_post,
            h.data_until,
            h.verdict, h.basis_zh, w.* exclude (account_id)
        from mart.account as a
        left join mart.account_health as h on h.account_id = a.account_id
        left join mart.account_weekly as w on w.account_id = a.account_id and w.iso_week = $id
        order by a.is_main desc, a.account_id""",
    "account_weeks": """
        select account_id, week_start, coalesce(reads, readers) as reads, reads is null as is_readers
        from mart.account_weekly
        where week_start between $last - 7 * 16 + 1 and $last order by account_id, week_start""",
    "articles": """
        select a.name as account, t.title, t.published_on, t.url, t.reads, t.readers, t.shares,
            t.finish_rate, t.is_10w,
            t.reads_is_capped, t.is_provisional
        from mart.article as t join mart.account as a using (account_id)
        where t.published_on between $first and $last and coalesce(t.reads, t.readers) is not null
        order by coalesce(t.reads, t.readers) desc, t.published_on, t.title""",
    "year_articles": """
        select a.name as account, t.title, t.published_on, t.url, coalesce(t.reads, t.readers) as reads,
            t.shares
        from mart.article as t join mart.account as a using (account_id)
        where t.published_on between $year_first and $year_last
        order by t.published_on desc, reads desc nulls last, t.title""",
    "ten_w": """
        select t.* from mart.ten_w_article as t where t.published_on between $year_first and $year_last
        order by t.reads_is_capped, t.reads desc nulls last, t.published_on desc, t.title""",
    "tone": (
        "select media_level as name, * exclude (media_level) from mart.mention_by_level order "
        "by mentions desc, name"
    ),
    "medium": (
        "select media_type as name, * exclude (media_type) from mart.mention_by_type order by "
        "mentions desc, name"
    ),
    "media_months": """
        select cast(date_part('month', month_start) as integer) as month, positive from mart.mention_monthly
        order by month_start""",
    "mentions": "select * from mart.mention_total",
    "units": """
        select l.*, w.positive_reports as period_reports, w.places_gained
        from mart.unit_league as l
        left join mart.unit_weekly as w on w.unit = l.unit and w.iso_week = $id
        order by l.positive_reports_rank, l.activities_rank, l.unit""",
    "projects": "select * from mart.project_progress order by position",
    "incidents": """
        select i.*, coalesce(cast(i.found_at as date) between $first and $last, false) as is_new
        from mart.incident as i where cast(i.found_at as date) between $year_first and $year_last
        order by i.closed_at is not null or i.verdict = '不适用', i.found_at desc""",
    "incident_year": "select * from mart.incident_year where year = date_part('year', $last)",
    "activities": (
        "select * from mart.activity where started_on between $first and $last order by "
        "started_on, name"
    ),
    "gaps": """
        select g.*, a.name from mart.data_gap as g join mart.account as a using (account_id)
        where g.gap_to >= $year_first and g.gap_from <= $year_last
        order by a.is_main desc, g.account_id, g.metric desc, g.gap_from""",
    "restated": """
        select column_name, first_on, last_on, changed_values as changed from ops.restatement_by_column
        where run_id = (select run_id from ops.context) order by column_name, first_on, last_on""",
    "freshness": """
        select f.source, coalesce(a.name, f.source) as name, f.layout, f.last_date, f.days_behind
        from mart.data_freshness as f
        left join mart.account as a on a.account_id = f.source where f.days_behind > 35
        order by f.source, f.layout""",
    "alerts": "select * from ops.alert where state <> 'closed' order by opened_at desc, rule, subject",
    "review": "select waiting from mart.mention_total",
}


# marts that hold the year of the current plan only
_CURRENT = (
    "months",
    "same_month",
    "daily",
    "evidence",
    "newest",
    "pieces",
    "tone",
    "medium",
    "media_months",
    "units",
    "projects",
)


def collect(con: duckdb.DuckDBPyConnection, period: Period) -> dict[str, Rows]:
    """Return the rows of every query for the period, by the query's name."""
    (context,) = shown_rows(con, "select plan_year, plan_as_of from ops.context")
    year = period.last.year
    known = {
        "year_first": date(year, 1, 1),
        "year_last": min(context["plan_as_of"], date(year, 12, 31)),
    }
    given = {"first": period.first, "last": period.last, "id": period.id, **known}
    left_out = () if year == context["plan_year"] else _CURRENT
    return {
        name: [] if name in left_out else shown_rows(con, query, given)
        for name, query in QUERIES.items()
    }


def shown_rows(
    con: duckdb.DuckDBPyConnection, query: str, given: dict[str, Any] | None = None
) -> Rows:
    """Return a query's rows as dicts.

    Of the values given, those that the query names as `$name` are bound.
    """
    values = {
        name: value for name, value in (given or {}).items() if re.search(rf"\${name}\b", query)
    }
    return [
        {name: _harmless(value) for name, value in row.items()}
        for row in fetch_dicts(con, query, values)
    ]


def _harmless(value: Any) -> Any:  # noqa: ANN401 - any SQL value
    """Drop control characters and those that turn the direction of the text around them.

    Other values stay as they are.
    """
    if not isinstance(value, str) or value.isprintable():
        return value
    return "".join(sign if sign.isprintable() else " " if sign.isspace() else "" for sign in value)
