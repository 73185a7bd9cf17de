"""Checks before a report may be sent."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from reports import queries
from reports.formatting import number, plain_name, rounded_up, with_unit

if TYPE_CHECKING:
    import duckdb

    from reports.report import Report


_HTML_LIMIT = 100_000  # bytes; Gmail cuts at about 102 kB


def problems(report: Report, con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return why the report must not go to leaders; empty when it may."""
    return [*_stale(report), *_broken(report), *_differs(report, con)]


def _stale(report: Report) -> list[str]:
    """Check that the period is over in the data and that the main account's exports reach into it."""
    found = []
    as_of = report.data["context"][0]["as_of"]
    if report.period.last > as_of:
        found.append(
            f"the period ends on {report.period.last} but the figures stand at {as_of}. Run the "
            "night first."
        )
    if report.data["runs"][0]["status"] == "failed":
        found.append(f"the last run failed: {report.data['runs'][0]['message']}")
    if all(row["actual"] is None for row in report.data["targets"]):
        found.append(
            "no target has any data. Drop exports and ledgers into the inbox and run the night."
        )
    days = report.data["main_days"]
    found += [
        (
            f"the main account has no {what} for any day of {report.period.first} to "
            f"{report.period.last}. Export it and run the night."
        )
        for what, column in (("followers", "followers"), ("reads or readers", "reads"))
        if all(day[column] is None for day in days)
    ]
    return found


def _broken(report: Report) -> list[str]:
    """Check the charts and the mail's size."""
    found = [report.chart_error] if report.chart_error else []
    size = len(report.html.encode())
    if size > _HTML_LIMIT:
        found.append(
            f"the mail's HTML has {size:,} bytes, more than {_HTML_LIMIT:,}: mail clients would "
            "cut it."
        )
    if not report.pictures and not report.chart_error:
        found.append("not one chart has figures to draw.")
    return found


def _differs(report: Report, con: duckdb.DuckDBPyConnection) -> list[str]:
    """Check that every target's figure in the HTML and in the text is the one the warehouse gives now."""
    found = []
    for row in queries.shown_rows(
        con, "select target_id, name_zh, unit, actual, target from mart.target_progress"
    ):
        name, actual, target = (
            plain_name(row["name_zh"]),
            number(row["actual"]),
            rounded_up(row["target"]),
        )
        part = report.html.partition(f'data-target="{row["target_id"]}"')[2].partition(
            ' data-target="'
        )[0]
        cells = [
            cell.strip()
            for cell in html.unescape(re.sub(r"<[^>]*>", "|", f"<{part}")).split("|")
            if cell.strip()
        ]
        goal = with_unit(target, row["unit"])
        if cells[:3] != [name, actual, f"/ {goal}"]:
            found.append(
                f"the mail's table does not show {name} as the warehouse has it: {actual} / "
                f"{target}."
            )
        line = report.text.partition(f" {name}：")[2].partition("\n")[0]
        if not f"{line}，".startswith(f"{with_unit(actual, row['unit'])}，目标{goal}，"):
            found.append(
                f"the text part does not show {name} as the warehouse has it: {actual} / {target}."
            )
    return found
