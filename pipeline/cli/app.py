"""The command line. Only this layer prints; exit codes are those of design.md section 3."""

from __future__ import annotations

import logging
import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from collectors.without_pandas import refuse_pandas
from pipeline.base.errors import ConfigError, PipelineError
from pipeline.cli.alerts import alerts_app
from pipeline.cli.lake import export_lake, transform
from pipeline.cli.report import mail_app, report_app
from pipeline.cli.serve import serve, users_app
from pipeline.config.checkout import CHECKOUT, LAYOUT_FOLDER, TRANSFORMS
from pipeline.config.home import Home

if TYPE_CHECKING:
    from pipeline.run.night import NightResult

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
accounts_app = typer.Typer(no_args_is_help=True, help="Set up accounts in pipeline.toml.")
app.add_typer(accounts_app, name="accounts")
app.add_typer(report_app, name="report")
app.add_typer(mail_app, name="mail")
app.add_typer(alerts_app, name="alerts")
app.add_typer(users_app, name="users")
app.command()(transform)
app.command()(serve)


class Format(StrEnum):
    """How `sql` prints its rows."""

    table = "table"
    csv = "csv"
    json = "json"
    xlsx = "xlsx"
    parquet = "parquet"
    markdown = "markdown"


@app.callback()
def choose_home(
    context: typer.Context,
    home: Annotated[Path, typer.Option(help="Folder with pipeline.toml, inbox/ and warehouse.duckdb.")] = CHECKOUT,
) -> None:
    """Turn a publicity office's exports into figures that can be trusted."""
    context.obj = Home(home.resolve())


@app.command()
def run(
    context: typer.Context,
    as_of: Annotated[
        str | None, typer.Option(help="Figures as known for this day, YYYY-MM-DD (default: yesterday).")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do everything except publish; the inbox stays.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a machine-readable result.")] = False,
    fetch: Annotated[bool, typer.Option("--fetch/--no-fetch", help="Run the fetchers of pipeline.toml.")] = True,
    full: Annotated[
        bool, typer.Option("--full", help="Compute every table from scratch, not only what changed.")
    ] = False,
    wait: Annotated[int, typer.Option(help="Seconds to wait for another run to end (default: do not wait).")] = 0,
) -> None:
    """Collect, land, transform, check and publish: the nightly job."""
    from pipeline.base.log import log_to
    from pipeline.cli.console import Steps
    from pipeline.run.night import RunConfig, run_night

    home: Home = context.obj
    job = RunConfig.prepare(home, _day(as_of))
    log_to(home.output / "log")
    with Steps() as steps:
        result = run_night(job, steps.step, dry_run=dry_run, fetch=fetch, full=full, wait_seconds=wait)
    logging.getLogger(__name__).info("run ended", extra=_summary(result))
    _print_result(result, home, as_json=as_json)
    raise typer.Exit(result.exit_code)


@app.command()
def status(context: typer.Context) -> None:
    """Show last runs, freshness, gaps, quarantine, restatements, open alerts and mails."""
    from pipeline.cli.status import render_status

    render_status(context.obj)


@app.command()
def sql(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="One SELECT over mart, staging, raw or ops.")],
    output: Annotated[Format, typer.Option("--format", help="How to print the rows.")] = Format.table,
    out: Annotated[
        Path | None, typer.Option(help="Write to this file (xlsx, parquet: default <home>/output/query.<format>).")
    ] = None,
) -> None:
    """Ask the published warehouse, read-only."""
    from pipeline.cli.query import answer

    answer(context.obj, query, output, out)


@app.command()
def shell(context: typer.Context) -> None:
    """Ask the published warehouse line by line; `.tables`, `.quit`."""
    from pipeline.cli.query import shell_loop

    shell_loop(context.obj)


@app.command()
def rebuild(
    context: typer.Context,
    as_of: Annotated[str | None, typer.Option(help="Figures as known for this day (default: yesterday).")] = None,
) -> None:
    """Make the whole warehouse again from archive/."""
    from pipeline.base.log import log_to
    from pipeline.cli.console import Steps
    from pipeline.run.night import RunConfig
    from pipeline.run.rebuild import rebuild as rebuild_warehouse

    home: Home = context.obj
    job = RunConfig.prepare(home, _day(as_of))
    log_to(home.output / "log")
    with Steps() as steps:
        result = rebuild_warehouse(job, steps.step)
    typer.echo(result.message)


@app.command()
def backup(
    context: typer.Context,
    to: Annotated[Path | None, typer.Option(help="Folder for the backups (default: <home>/backup).")] = None,
    keep: Annotated[int, typer.Option(min=1, help="How many to keep.")] = 8,
    verify: Annotated[Path | None, typer.Option(help="Only check this backup against its manifest.")] = None,
    drill: Annotated[Path | None, typer.Option(help="Only prove that this backup's archive gives its figures.")] = None,
) -> None:
    """Copy all that cannot be made again (files, warehouse, settings, outbox), with a manifest."""
    from pipeline.run import backup as backups

    home: Home = context.obj
    if drill:
        from pipeline.run.restore_drill import drill as restore_drill

        typer.echo(f"{restore_drill(drill.resolve())} table(s) built again from the archive, all equal")
    elif verify:
        typer.echo(f"{backups.verify(verify)} file(s) as backed up")
    else:
        typer.echo(str(backups.backup(home, (to or home.root / "backup").resolve(), keep)))


@app.command()
def restore(
    context: typer.Context, folder: Annotated[Path, typer.Argument(help="A folder that `backup` wrote.")]
) -> None:
    """Put a backup into the empty folder given as --home, after checking every file."""
    from pipeline.run.backup import restore as restore_backup

    typer.echo(f"{restore_backup(folder.resolve(), context.obj)} file(s) restored into {context.obj.root}")


@app.command()
def templates(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(help="Where to write them (default: <home>/output/templates).")
    ] = None,
) -> None:
    """Write an Excel template for every ledger."""
    from pipeline.export.ledger_templates import write_templates

    home: Home = context.obj
    for path in write_templates(folder or home.output / "templates", home.read_layouts().values()):
        typer.echo(str(path))


@app.command()
def inspect(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A file as downloaded.")],
) -> None:
    """Show what a file is, which layout fits or what is missing, and draft a declaration."""
    from pipeline.cli.inspect import inspect_file

    for line in inspect_file(file, context.obj.read_layouts()):
        typer.echo(line)


@app.command()
def export(
    context: typer.Context,
    target: Annotated[Path, typer.Argument(help="A folder, a FILE.xlsx, or the word lake.")],
    folder: Annotated[Path | None, typer.Argument(help="With lake: where the raw tables go.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Into the folder as CSV (UTF-8, formulas harmless).")] = False,
    by_year: Annotated[bool, typer.Option("--by-year", help="Parquet of daily tables in year=YYYY/ folders.")] = False,
) -> None:
    """Write the marts as Parquet or CSV files or as one Excel workbook; with `lake DIR`, what the models read."""
    if str(target) == "lake":
        export_lake(context.obj, folder)
        return
    if folder is not None:
        raise ConfigError(
            f"export takes one folder, not {target} and {folder}. For the raw tables: export lake {folder}."
        )
    from pipeline.export.marts import export_marts

    for path in export_marts(context.obj, target, as_csv=as_csv, by_year=by_year):
        typer.echo(str(path))


@app.command()
def docs() -> None:
    """Write docs/data-dictionary.md, docs/lineage.md and docs/lineage.json from the SQL and the comments beside it."""
    from collectors.layout import load_layouts
    from pipeline.export.data_dictionary import write_dictionary
    from pipeline.export.lineage_page import write_lineage
    from pipeline.models.model import load_models

    models = load_models(TRANSFORMS)
    for path in (write_dictionary(models), *write_lineage(models, load_layouts(LAYOUT_FOLDER))):
        typer.echo(str(path))


@app.command()
def schedule(context: typer.Context) -> None:
    """Show the timetable that `python schedules.py` follows, with the next time of each job."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from pipeline.config.settings import DEFAULT_TIMEZONE
    from pipeline.schedule.jobs import trigger, with_settings
    from schedules import TIMETABLE

    home: Home = context.obj
    settings = home.settings() if home.config.is_file() else None
    zone = ZoneInfo(settings.timezone if settings else DEFAULT_TIMEZONE)
    for job in with_settings(TIMETABLE, settings.schedule if settings else {}):
        rule = trigger(job, zone)
        upcoming = f"{rule.get_next_fire_time(None, datetime.now(zone)):%Y-%m-%d %H:%M}" if rule else "—"
        does = ", then ".join(f"pipeline {' '.join(words)}" for words in job.commands)
        typer.echo(f"{job.name:8} {job.when:12} next {upcoming:16} {zone.key}  {does}")


@app.command()
def explain(
    context: typer.Context,
    target_id: Annotated[str, typer.Argument(metavar="TARGET_ID", help="E.g. wechat_reads.")],
    all_rows: Annotated[bool, typer.Option("--all", help="Show every row behind the figure.")] = False,
) -> None:
    """Walk from one target's figure to its arithmetic, files and rows."""
    from pipeline.cli.explain import explain as explain_target

    explain_target(context.obj, target_id, all_rows=all_rows)


@accounts_app.command("add")
def accounts_add(
    context: typer.Context,
    account_id: Annotated[str, typer.Argument(metavar="ID", help="Folder name under inbox/.")],
    name: Annotated[str, typer.Option(help="Name as readers know it.")],
    platform: Annotated[
        str,
        typer.Option(help="Platform as a layout names it; a wrong one lists them."),
    ],
    unit: Annotated[str, typer.Option(help="Unit it belongs to, e.g. 市局 or 黄浦区.")] = "市局",
    main: Annotated[bool, typer.Option("--main", help="The account the plan's growth targets measure.")] = False,
) -> None:
    """Register an account and make its inbox folder."""
    from collectors.layout import platforms
    from pipeline.config.accounts import add_account

    home: Home = context.obj
    account = {"id": account_id, "name": name, "platform": platform, "main": main, "unit": unit}
    folder = add_account(home, account, platforms(home.read_layouts()))
    typer.echo(f"added {account_id} ({name}); drop its exports into {folder}")


def _day(text: str | None) -> date | None:
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
        "files": {name: result.count(name) for name in ("loaded", "duplicate", "quarantined", "growing")},
        "rows": {name: result.rows(name) for name in ("total", "loaded", "rejected", "duplicate", "unreadable")},
        "restatements": result.restatements,
        "fetched": sum(one.status == "fetched" for one in result.collected),
        "not_fetched": [f"{one.source}/{one.item}: {one.reason}" for one in result.collected if one.reason],
        "alerts_opened": result.alerts,
        "warnings": [f"{w.table}: {w.name}: {w.failing_rows} row(s), e.g. {w.example}" for w in result.warnings],
        "unread_sheets": [
            f"{r.file.source}/{r.file.name}: {name}" for r in result.outcomes for name in r.unread_sheets
        ],
        "broken_decisions": result.broken_decisions,
        "unavailable": [f"{r.file.source}/{r.file.name}" for r in result.outcomes if r.is_unavailable],
        "quarantined": [
            {"file": r.file.name, "source": r.file.source, "reason": r.reason}
            for r in result.outcomes
            if r.status == "quarantined"
        ],
    }


def _print_result(result: NightResult, home: Home, *, as_json: bool) -> None:
    from pipeline.cli.console import print_json, print_night

    if as_json:
        print_json({**_summary(result), "warehouse": str(home.warehouse), "targets": result.targets})
    else:
        print_night(_summary(result), result.targets, home)


def fail(error: Exception, code: int) -> NoReturn:
    """Print what went wrong on one line and end with `code`."""
    typer.echo(f"error: {error}", err=True)
    sys.exit(code)


def main() -> None:
    """Run the command line and map errors to exit codes: 2 usage or configuration, 1 anything else."""
    refuse_pandas()
    try:
        app()
    except ConfigError as error:
        fail(error, 2)
    except PipelineError as error:
        fail(error, 1)
    except Exception as error:
        logging.getLogger(__name__).exception("unexpected error")
        fail(RuntimeError(f"{type(error).__name__}: {error}"), 1)
