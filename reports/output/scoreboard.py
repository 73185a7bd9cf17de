"""`output/scoreboard.html`: one self-contained page of what the marts say. Presents, computes nothing."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

from pipeline.base.fsync import write_atomic
from reports.charts.svg import Line, line_chart
from reports.formatting import number
from reports.output.html import TEMPLATES, environment
from reports.queries import fetch

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from reports.queries import Rows

_QUERIES = {
    "targets": "select * from mart.target_progress order by position",
    "articles": """
        select a.name, t.title, t.published_on, t.url, t.reads, t.readers, t.shares, t.reads_is_capped, t.is_provisional
        from mart.article as t join raw.account as a using (account_id)
        join ops.context as c on t.published_on between c.year_start and c.plan_as_of
        order by coalesce(t.reads, t.readers) desc nulls last limit 300""",
    "ten_w": "select * from mart.ten_w_article join ops.context on published_on between year_start and plan_as_of order by published_on desc",
    "mentions": """
        select coalesce(media_level, '未填') as media_level, count(*) filter (where is_positive_report) as positive,
            count(*) filter (where tone = '中性') as neutral, count(*) filter (where tone = '负面') as negative,
            count(*) filter (where tone is null) as unconfirmed, count(distinct story_id) as stories
        from mart.mention join ops.context on published_on between year_start and plan_as_of group by 1 order by 2 desc""",
    "units": """
        select * from mart.unit_league where coalesce(positive_reports, 0) + coalesce(activities, 0) + coalesce(reads, 0) > 0
        order by positive_reports_rank, activities_rank""",
    "projects": "select * from mart.project_progress order by position",
    "health": "select * from mart.account_health order by account_id",
    "incidents": "select * from mart.incident order by found_at desc limit 50",
    "gaps": "select * from mart.data_gap where gap_to >= (select as_of - 400 from ops.context) order by gap_from desc",
    "freshness": "select * from mart.data_freshness order by source, layout",
    "restated": """
        select table_name, column_name, count(*) as changed from ops.restatement
        where run_id = (select run_id from ops.context) group by all order by all""",
}


def write_scoreboard(con: duckdb.DuckDBPyConnection, path: Path) -> Path:
    """Write the page for the published night and return its path."""
    data = {name: fetch(con, query) for name, query in _QUERIES.items()}
    (context,) = fetch(con, "select * from ops.context")
    daily = fetch(con, "select * from mart.target_daily order by target_id, date")
    charts = {row["target_id"]: _chart(daily, row) for row in data["targets"] if row["kind"] != "count"}
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, render({**data, "context": context, "charts": charts}).encode())
    return path


def render(data: dict[str, Any]) -> str:
    """Return the page's HTML; every value is escaped, the one script is allowed by its hash and nothing else is."""
    env = environment()
    script = (TEMPLATES / "scoreboard.js").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    style = (TEMPLATES / "scoreboard.css").read_text("utf-8")
    return env.get_template("scoreboard.html.j2").render(**data, script=script, script_hash=digest, style=style)


def _chart(daily: Rows, target: dict[str, Any]) -> str:
    days = [row for row in daily if row["target_id"] == target["target_id"]]
    title = f"{target['name_zh']}：实际 {number(target['actual'])}，目标 {number(target['target'])}"
    lines = [
        Line("进度线", "pace", [day["pace"] for day in days]),
        Line("预测", "forecast", [day["forecast"] for day in days]),
        Line("实际", "actual", [day["actual"] for day in days]),
    ]
    if target["actual"] is None:
        return ""
    band = ([day["forecast_low"] for day in days], [day["forecast_high"] for day in days])
    return line_chart(title, [f"{day['date'].month}月" if day["date"].day == 1 else "" for day in days], lines, band)
