"""`pipeline rebuild`, `backup` and `restore`.

The warehouse again from the archive, and copies of all that cannot be made again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.night.run import day
from pipeline.config.home import Home


def rebuild(
    context: typer.Context,
    as_of: Annotated[
        str | None, typer.Option(help="Figures as known for this day (default: yesterday).")
    ] = None,
    accept_loss: Annotated[
        bool,
        typer.Option(
            "--accept-loss",
            help="Go on without archived files that are gone or altered; ends with 3.",
        ),
    ] = False,
) -> None:
    """Make the whole warehouse again from archive/."""
    from pipeline.base.log import log_to
    from pipeline.cli.console import Steps
    from pipeline.run.rebuild import rebuild as rebuild_warehouse
    from pipeline.run.run_config import RunConfig

    home: Home = context.obj
    job = RunConfig.prepare(home, day(as_of))
    log_to(home.output / "log")
    with Steps() as steps:
        result = rebuild_warehouse(job, steps.step, accept_loss=accept_loss)
    typer.echo(result.message)
    raise typer.Exit(result.exit_code)


def backup(
    context: typer.Context,
    to: Annotated[
        Path | None, typer.Option(help="Folder for the backups (default: <home>/backup).")
    ] = None,
    keep: Annotated[int, typer.Option(min=1, help="How many to keep.")] = 8,
    verify: Annotated[
        Path | None, typer.Option(help="Only check this backup against its manifest.")
    ] = None,
    drill: Annotated[
        Path | None, typer.Option(help="Only prove that this backup's archive gives its figures.")
    ] = None,
) -> None:
    """Copy all that cannot be made again (files, warehouse, settings, outbox), with a manifest."""
    from pipeline.run.keep import backup as backups

    home: Home = context.obj
    if drill:
        from pipeline.run.keep.restore_drill import drill as restore_drill

        typer.echo(
            f"{restore_drill(drill.resolve())} table(s) built again from the archive, all equal"
        )
    elif verify:
        typer.echo(f"{backups.verify(verify)} file(s) as backed up")
    else:
        typer.echo(str(backups.backup(home, (to or home.root / "backup").resolve(), keep)))
        for path in backups.named_files(home)[1]:
            typer.echo(
                (
                    f"not in the backup, outside the home: {path}. Copy it yourself, or move it "
                    "into the home."
                ),
                err=True,
            )


def restore(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A folder that `backup` wrote.")],
) -> None:
    """Put a backup into the empty folder given as --home, after checking every file."""
    from pipeline.run.keep.backup import restore as restore_backup

    typer.echo(
        f"{restore_backup(folder.resolve(), context.obj)} file(s) restored into {context.obj.root}"
    )


def scrub(
    context: typer.Context,
    send: Annotated[
        bool, typer.Option("--send", help="Mail operators what is wrong, once a month.")
    ] = False,
) -> None:
    """Read archive, warehouse, decisions and backups whole; name what is not what it was (exit 3)."""
    from pipeline.run.keep.scrub import scrub as scrub_home
    from reports.operator_mail import tell_of_rot

    found = scrub_home(context.obj)
    for line in found or ["archive, warehouse, decisions and backups are what they were"]:
        typer.echo(line)
    if found and send:
        for line in tell_of_rot(context.obj, found):
            typer.echo(line)
    raise typer.Exit(3 if found else 0)
