"""The command line. Only this room prints; exit codes: docs/commands.md."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from collectors.without_pandas import refuse_pandas
from pipeline.base.errors import ConfigError, PipelineError
from pipeline.base.permissions import close_to_others
from pipeline.cli import explain, owed, query, report, serve, status
from pipeline.cli.export import lake, marts
from pipeline.cli.night import alerts, files, keep, run, schedule
from pipeline.cli.setup import accounts, plan, units
from pipeline.config.checkout import DEFAULT_HOME
from pipeline.config.home import Home

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
_FAMILIES = {
    "accounts": accounts.accounts_app,
    "report": report.report_app,
    "mail": report.mail_app,
    "alerts": alerts.alerts_app,
    "files": files.files_app,
    "units": units.units_app,
    "plan": plan.plan_app,
    "users": serve.users_app,
}
for _name, _family in _FAMILIES.items():
    app.add_typer(_family, name=_name)
_COMMANDS = (
    run.run, status.status, owed.owed, query.sql, query.shell, keep.rebuild, keep.backup,
    keep.restore, keep.scrub,
    serve.serve,
    accounts.templates, accounts.inspect, marts.export, marts.docs, schedule.schedule,
    lake.transform,
)  # fmt: skip
for _command in _COMMANDS:
    app.command()(_command)
app.command("explain")(explain.explain_command)

# what DuckDB raises when a published warehouse lacks a table or column that this program reads
_OUTDATED = frozenset({"CatalogException", "BinderException"})
_RUN_FIRST = (
    "现有数据由另一版本的程序算出，请先运行一次夜间任务 / the published warehouse was computed by another "
    "version of the program: run `python -m pipeline run`, then this again ({}: {})"
)


@app.callback()
def choose_home(
    context: typer.Context,
    home: Annotated[
        Path, typer.Option(help="Folder with pipeline.toml, inbox/ and warehouse.duckdb.")
    ] = DEFAULT_HOME,
) -> None:
    """Turn a publicity office's exports into figures that can be trusted."""
    context.obj = Home(home.resolve())


def fail(error: Exception, code: int) -> NoReturn:
    """Print what went wrong on one line and end with `code`."""
    typer.echo(f"error: {error}", err=True)
    sys.exit(code)


def main() -> None:
    """Run the command line and map errors to exit codes: 2 usage or configuration, 1 anything else."""
    refuse_pandas()
    close_to_others()
    try:
        app()
    except ConfigError as error:
        fail(error, 2)
    except PipelineError as error:
        fail(error, 1)
    except Exception as error:
        if type(error).__name__ in _OUTDATED:
            fail(
                RuntimeError(
                    _RUN_FIRST.format(type(error).__name__, str(error).partition("\n")[0])
                ),
                1,
            )
        logging.getLogger(__name__).exception("unexpected error")
        fail(RuntimeError(f"{type(error).__name__}: {error}"), 1)
