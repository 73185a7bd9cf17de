"""`pipeline status`: how the pipeline is, at a glance."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import typer

from pipeline.cli.console import cell, plain_console
from pipeline.schedule.scheduler import health
from pipeline.warehouse.publish import open_published

if TYPE_CHECKING:
    from pipeline.config.home import Home

_SECTIONS = {
    "Last runs": """
        select run_id, as_of, status, exit_code, message from ops.run order by run_id desc limit 5""",
    "Freshness by account and layout": """
        select source, layout, last_date, days_behind, files, cast(date_trunc('minute', last_ingested_at) as varchar) as last_ingested_at from mart.data_freshness order by all""",
    "Gaps (last 400 days)": """
        select account_id, metric, gap_from, gap_to, days from mart.data_gap
        where gap_to >= (select as_of - 400 from ops.context) order by all""",
    "Quarantine (last 10)": """
        select source, original_name, split_part(reason, chr(10), 1) as reason from ops.file where status = 'quarantined' order by run_id desc, ingested_at desc limit 10""",
    "Held files (files release | files withdraw)": """
        select left(sha256, 12) as sha256, source, original_name, reason from ops.file where status = 'held' order by run_id desc, original_name""",
    "Files to check (last 10)": """
        select q.rule, q.source || '/' || q.original_name as file, q.other_source || '/' || q.other_name as other_file, q.reason
        from ops.file_question as q where q.outcome = 'told' order by q.run_id desc, q.rule, q.original_name limit 10""",
    "Rejected rows (last 10)": """
        select original_name, r.sheet, r.row_number, r.column_name, r.value, r.reason
        from ops.rejected_row as r join ops.file as f on f.sha256 = r.sha256 and f.run_id = r.run_id
        order by r.run_id desc limit 10""",
    "Restatements by run (last 5)": """
        select run_id, table_name, column_name, count(*) as changed_values from ops.restatement
        group by all order by run_id desc limit 5""",
    "Open alerts": "select rule, subject, value, cause_zh, opened_at from ops.alert where state <> 'closed'",
    "Mails (last 5)": "select report_id, period, recipient, revision, state, attempts, smtp_reply from ops.mail order by run_id desc, report_id limit 5",
}


def status(context: typer.Context) -> None:
    """Show last runs, freshness, gaps, quarantine, restatements, open alerts and mails."""
    render_status(context.obj)


def render_status(home: Home) -> None:
    """Print every section; a section without rows says so."""
    import duckdb
    from rich.table import Table

    console = plain_console(160)
    waiting = sum(path.is_file() for path in home.inbox.rglob("*"))
    console.print(f"home {home.root}; {waiting} file(s) waiting in the inbox")
    console.print(health(home, datetime.now().astimezone()))
    with open_published(home) as con:
        for title, query in _SECTIONS.items():
            try:
                cursor = con.execute(query)
            except duckdb.CatalogException:
                console.print(f"{title}: not there yet (no night has been published)")
                continue
            names = [column[0] for column in cursor.description or []]
            rows = cursor.fetchall()
            if not rows:
                console.print(f"{title}: none")
                continue
            table = Table(*names, title=title, title_justify="left")
            for row in rows:
                table.add_row(*map(cell, row))
            console.print(table)
