"""`pipeline status`: how the pipeline is, at a glance."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from collectors.unreadable import shown
from pipeline.cli.console import plain_console
from pipeline.cli.tables import compact
from pipeline.warehouse.publish import open_published

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.config.home import Home

_ROWS = 3  # of a section
_SET_ASIDE = (
    "Set aside: one line each, newest first "
    "(files release | files withdraw | correct and hand in again)"
)
_MOST = {_SET_ASIDE: 15}
_PATIENCE = 10.0  # seconds for a share
_SECTIONS = {
    "Last runs": """
        select run_id, as_of, status, exit_code, message from ops.run order by run_id desc limit 5""",
    "Freshness by source": """
        select source, count(*) as layouts, min(last_date) as oldest_last_date,
            max(days_behind) as days_behind, sum(files) as files,
            strftime(max(last_ingested_at), '%Y-%m-%d %H:%M') as last_ingested_at
        from mart.data_freshness group by source order by max(days_behind) desc nulls last, source""",
    "Owed: exports and ledgers that did not come (all of them: pipeline owed)": """
        select owner_zh, export_zh, count(*) as periods, min(first_on) as first_on, max(last_on) as last_on,
            cast(sum(days_missing) as bigint) as days_missing, min(due_on) as due_on, min(lost_on) as lost_on
        from mart.owed group by owner_kind, owner, owner_zh, export, export_zh
        order by owner_kind, owner, export""",
    "Gaps (last 400 days)": """
        select account_id, metric, gap_from, gap_to, days from mart.data_gap
        where gap_to >= (select as_of - 400 from ops.context) order by all""",
    _SET_ASIDE: """
        with file as (select distinct sha256, run_id, source || '/' || original_name as file from ops.file
            where status <> 'duplicate'),
        problem as (
            select 1 as rank, '待核' as what, f.run_id, f.source || '/' || f.original_name as file, f.reason
            from ops.file as f where f.status = 'held'
            union all
            select 2, '隔离', f.run_id, f.source || '/' || f.original_name, f.reason from ops.file as f
            where f.status = 'quarantined'
            union all
            select 3, '请核对', q.run_id, q.source || '/' || q.original_name, q.reason
            from ops.file_question as q where q.outcome = 'told'
            union all
            select 4, '拒收行', r.run_id, f.file, r.sheet || ' ' || r.reason from ops.rejected_row as r
            join file as f using (sha256, run_id)
            union all
            select 5, '读不出', u.run_id, f.file, u.sheet || ' ' || u.reason from ops.unreadable_value as u
            join file as f using (sha256, run_id)
            union all
            select 6, '未读的表', f.run_id, f.source || '/' || f.original_name, f.notes from ops.file as f
            where f.notes like '%没有匹配的版式%'
            union all
            select 7, '检查', c.run_id, c.table_name, c.check_name || '（' || c.failing_rows || ' 行）'
            from ops.check_result as c
            where not c.passed and c.severity = 'warn' and c.run_id = (select max(run_id) from ops.run)
        )
        select left(run_id, 8) as night, what, file, split_part(reason, chr(10), 1) as reason
        from problem order by run_id desc, rank, file, reason""",
    "Restatements by run (last 5)": """
        select run_id, table_name, column_name, count(*) as changed_values from ops.restatement
        group by all order by run_id desc limit 5""",
    "Open alerts": (
        "select rule, subject, value, cause_zh, strftime(opened_at, '%Y-%m-%d %H:%M') as "
        "opened_at from ops.alert where state <> 'closed'"
    ),
    "Mails (last 5)": (
        "select report_id, period, recipient, revision, state, attempts, smtp_reply from "
        "ops.mail order by run_id desc, report_id limit 5"
    ),
}


def status(
    context: typer.Context,
    everything: Annotated[
        bool, typer.Option("--all", help="Every row of every section, not one screen.")
    ] = False,
) -> None:
    """Show last runs, freshness, gaps, refused and held files, alerts and mails, on one screen."""
    render_status(context.obj, everything=everything)


def _kept(home: Home) -> Iterator[str]:
    """Yield what is wrong in storage: archive, quarantine, jobs that failed."""
    from pipeline.run.keep.archive_check import last_answer, not_archived
    from pipeline.run.keep.retention import quarantine_zh
    from pipeline.schedule.scheduler import failed_jobs

    for job in failed_jobs(home):
        yield f"FAILED: scheduled job {shown(job)}. Look into {home.output / 'log'}."
    at, problems = last_answer(home)
    if problems:
        yield (
            f"ARCHIVE: {len(problems)} file(s) are not what was archived (read whole {at}): "
            f"{shown('; '.join(problems[:_ROWS]))}. `scrub` names all."
        )
    if names := not_archived(home):
        yield (
            f"NOT ARCHIVED: {len(names)} file(s) that count are not in archive/: "
            f"{shown('、'.join(names[:_ROWS]))}. The next night archives what still lies in the "
            "inbox; put the others back from a backup."
        )
    yield from map(shown, quarantine_zh(home, home.settings().keep))


def render_status(home: Home, *, everything: bool = False) -> None:
    """Print at most three rows of every section that has rows, and name the sections without.

    Refused and held files have at most fifteen rows.
    """
    import duckdb

    from pipeline.ingest.inbox import count_waiting
    from pipeline.schedule.scheduler import health

    console = plain_console(160)
    empty: list[str] = []
    waiting = count_waiting(home.inbox, _PATIENCE)
    console.print(f"home {home.root}; {waiting} file(s) waiting in the inbox")
    console.print(health(home, datetime.now().astimezone()))
    for line in _kept(home):
        console.print(line, soft_wrap=True)
    with open_published(home) as con:
        for title, query in _SECTIONS.items():
            try:
                cursor = con.execute(query)
            except duckdb.CatalogException:
                empty.append(f"{title} (not there yet)")
                continue
            names = [column[0] for column in cursor.description or []]
            rows = cursor.fetchall()
            if rows:
                most = len(rows) if everything else _MOST.get(title, _ROWS)
                console.print(compact(title, names, rows, most, console.width))
            else:
                empty.append(title)
    console.print(f"none: {'; '.join(empty)}" if empty else "")
