"""`pipeline run`: the nightly job, and what a person or a program sees of its result."""

from __future__ import annotations

import logging
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.base.errors import ConfigError
from pipeline.config.home import Home

if TYPE_CHECKING:
    from pipeline.run.run_config import NightResult


def run(
    context: typer.Context,
    as_of: Annotated[
        str | None,
        typer.Option(help="Figures as known for this day, YYYY-MM-DD (default: yesterday)."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Do everything except publish; the inbox stays.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a machine-readable result.")
    ] = False,
    fetch: Annotated[
        bool, typer.Option("--fetch/--no-fetch", help="Run the fetchers of pipeline.toml.")
    ] = True,
    full: Annotated[
        bool,
        typer.Option("--full", help="Compute every table from scratch, not only what changed."),
    ] = False,
    wait: Annotated[
        int, typer.Option(help="Seconds to wait for another run to end (default: do not wait).")
    ] = 0,
) -> None:
    """Collect, land, transform, check and publish: the nightly job."""
    from pipeline.base.log import log_to
    from pipeline.cli.console import Steps
    from pipeline.run.night import run_night
    from pipeline.run.run_config import RunConfig

    home: Home = context.obj
    job = RunConfig.prepare(home, day(as_of))
    log_to(home.output / "log")
    with Steps() as steps:
        result = run_night(
            job, steps.step, dry_run=dry_run, fetch=fetch, full=full, wait_seconds=wait
        )
    logging.getLogger(__name__).info("run ended", extra=_summary(result))
    _print_result(result, home, as_json=as_json)
    raise typer.Exit(result.exit_code)


def day(text: str | None) -> date | None:
    """Return the day of --as-of; ConfigError says how to write it."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"--as-of {text!r} is no day. Write YYYY-MM-DD.") from error


def _summary(result: NightResult) -> dict[str, Any]:
    return {
        "run_id": result.run_id,
        "as_of": result.as_of.isoformat(),
        "status": result.status,
        "exit_code": result.exit_code,
        "summary": result.message,
        "files": {
            name: result.count(name) for name in ("loaded", "duplicate", "quarantined", "growing")
        },
        "rows": {
            name: result.rows(name)
            for name in ("total", "loaded", "rejected", "duplicate", "unreadable")
        },
        "restatements": result.restatements,
        "fetched": sum(one.status == "fetched" for one in result.collected),
        "not_fetched": [
            f"{one.source}/{one.item}: {one.reason}" for one in result.collected if one.reason
        ],
        "alerts_opened": result.alerts,
        "warnings": [
            f"{w.table}: {w.name}: {w.failing_rows} row(s), e.g. {w.example}"
            for w in result.warnings
        ],
        "unread_sheets": [
            f"{r.file.source}/{r.file.name}: {name}"
            for r in result.outcomes
            for name in r.unread_sheets
        ],
        "broken_decisions": result.broken_decisions,
        "questions": result.questions,
        "not_archived": result.not_archived,
        "held": [
            {
                "file": r.file.name,
                "source": r.file.source,
                "sha256": r.file.sha256,
                "reason": r.reason,
                "reason_en": r.reason_en,
            }
            for r in result.outcomes
            if r.status == "held"
        ],
        "unavailable": [
            f"{r.file.source}/{r.file.name}" for r in result.outcomes if r.is_unavailable
        ],
        "quarantined": [
            {
                "file": r.file.name,
                "source": r.file.source,
                "reason": r.reason,
                "reason_en": r.reason_en,
            }
            for r in result.outcomes
            if r.status == "quarantined"
        ],
    }


def _print_result(result: NightResult, home: Home, *, as_json: bool) -> None:
    from pipeline.cli.console import print_json, print_night

    if as_json:
        print_json(
            {**_summary(result), "warehouse": str(home.warehouse), "targets": result.targets}
        )
    else:
        print_night(_summary(result), result.targets, home)
