"""Commands about files: `files list`, `release`, `withdraw`, `restore`, `edition`, `pieces`, `reopen`."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipeline.run.files import FileDecision

files_app = typer.Typer(
    help="What came in and what became of it; take a held file in, undo a wrong one."
)
Sha = Annotated[str, typer.Argument(help="SHA-256 as `files list` shows it; its first letters do.")]
By = Annotated[str | None, typer.Option(help="Who decides (default: the user who is logged in).")]
Source = Annotated[
    str | None, typer.Option(help="Inbox folder, when the same bytes came into several.")
]
STATUS_ZH = {
    "loaded": "已入库",
    "duplicate": "重复",
    "quarantined": "已隔离",
    "held": "待核",
    "withdrawn": "已撤下",
}


@files_app.callback(invoke_without_command=True)
def files(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print machine-readable rows.")] = False,
) -> None:
    """List the files when no other command is named."""
    if context.invoked_subcommand is None:
        list_all(context, as_json)


@files_app.command("list")
def list_all(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print machine-readable rows.")] = False,
) -> None:
    """Show every file that came in, newest first, with its status and reason."""
    import json

    from rich.table import Table

    from pipeline.cli.console import cell, plain_console
    from pipeline.run.files import list_files

    found = list_files(context.obj)
    if as_json:
        rows = [{**asdict(one), "state": one.state} for one in found]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1, default=str))
        return
    table = Table("sha256", "status", "folder", "file", "layout", "rows", "as of", "reason")
    for one in found:
        status = STATUS_ZH[one.status] + (
            f" → {STATUS_ZH[one.state]}" if one.state != one.status else ""
        )
        if one.status == "held" and one.decision in ("release", "edition", "pieces", "reassign"):
            status += " → 下次入库"
        shown = (
            one.sha256[:12],
            status,
            one.source,
            one.original_name,
            one.layout,
            one.rows_loaded,
            one.known_on,
        )
        table.add_row(*map(cell, shown), cell((one.reason or "").split("\n")[0]))
    plain_console(200).print(table)


def _decide(
    context: typer.Context,
    kind: FileDecision,
    sha: str,
    by: str | None,
    source: str | None,
    note: str,
) -> None:
    from pipeline.run.files import decide

    file = decide(context.obj, kind, sha, by=by or getpass.getuser(), source=source, note=note)
    typer.echo(
        f"{kind}: {file.source}/{file.original_name} ({file.sha256[:12]}); 下次运行起生效 / "
        "as of the next night"
    )


@files_app.command()
def release(
    context: typer.Context, sha: Sha, note: str = "", by: By = None, source: Source = None
) -> None:
    """Take a held file in: the next night loads it."""
    _decide(context, "release", sha, by, source, note)


@files_app.command()
def withdraw(
    context: typer.Context,
    sha: Sha,
    reason: Annotated[str, typer.Option(help="Why: it is shown wherever the file is listed.")],
    by: By = None,
    source: Source = None,
) -> None:
    """Undo a wrong file: its rows count nowhere as of the next night."""
    _decide(context, "withdraw", sha, by, source, reason)


@files_app.command()
def restore(
    context: typer.Context, sha: Sha, note: str = "", by: By = None, source: Source = None
) -> None:
    """Undo a withdrawal, or the release of a file that still waits: as before, as of the next night."""
    _decide(context, "restore", sha, by, source, note)


@files_app.command()
def edition(
    context: typer.Context, sha: Sha, note: str = "", by: By = None, source: Source = None
) -> None:
    """Answer that a ledger replaces the earlier one; remembered for ledger, folder and name."""
    _decide(context, "edition", sha, by, source, note)


@files_app.command()
def pieces(
    context: typer.Context, sha: Sha, note: str = "", by: By = None, source: Source = None
) -> None:
    """Answer that a ledger joins the earlier one, both count.

    Remembered for ledger, folder and name.
    """
    _decide(context, "pieces", sha, by, source, note)


@files_app.command()
def reopen(
    context: typer.Context, sha: Sha, note: str = "", by: By = None, source: Source = None
) -> None:
    """Take back what was answered about a ledger's editions: it is asked again."""
    from pipeline.run.files import reopen

    file = reopen(context.obj, sha, by=by or getpass.getuser(), source=source, note=note)
    typer.echo(f"reopen: {file.source}/{file.original_name}; 答复已收回 / taken back")


@files_app.command()
def reassign(
    context: typer.Context,
    sha: Sha,
    to: Annotated[str, typer.Option(help="The right inbox folder.")],
    note: str = "",
    by: By = None,
    source: Source = None,
) -> None:
    """Move a held file to another account's or unit's folder: the next night loads it from there."""
    from pipeline.run.files import decide

    file = decide(
        context.obj, "reassign", sha, by=by or getpass.getuser(), source=source, note=note, to=to
    )
    typer.echo(
        f"reassign: {file.source}/{file.original_name} → {to}; 下次运行起生效 / as of the next "
        "night"
    )
