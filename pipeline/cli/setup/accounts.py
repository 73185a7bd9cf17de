"""`pipeline accounts add`, `templates` and `inspect`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.config.home import Home

accounts_app = typer.Typer(no_args_is_help=True, help="Set up accounts in pipeline.toml.")


@accounts_app.command("add")
def accounts_add(
    context: typer.Context,
    account_id: Annotated[str, typer.Argument(metavar="ID", help="Folder name under inbox/.")],
    name: Annotated[str, typer.Option(help="Name as readers know it.")],
    platform: Annotated[
        str,
        typer.Option(help="Platform as a layout names it; a wrong one lists them."),
    ],
    unit: Annotated[str, typer.Option(help="Unit of the plan it belongs to.")] = "市局",
    main: Annotated[
        bool, typer.Option("--main", help="The account the plan's growth targets measure.")
    ] = False,
) -> None:
    """Register an account and make its inbox folder."""
    from collectors.layout import platforms
    from pipeline.config.accounts import add_account

    home: Home = context.obj
    account = {"id": account_id, "name": name, "platform": platform, "main": main, "unit": unit}
    folder = add_account(home, account, platforms(home.read_layouts()))
    typer.echo(f"added {account_id} ({name}); drop its exports into {folder}")


def templates(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(help="Where to write them (default: <home>/output/templates).")
    ] = None,
    unit: Annotated[
        str, typer.Option(help="A unit of the plan: its name in title, file name and drop-down.")
    ] = "",
    year: Annotated[
        int | None, typer.Option(help="Year of the plan (default: this year's).")
    ] = None,
) -> None:
    """Write an Excel template for every ledger.

    Drop-downs of the plan's units and projects, an example, instructions.
    """
    from pipeline.cli.setup.template_filling import filling_of
    from pipeline.export.ledger_templates import write_templates

    home: Home = context.obj
    filling = filling_of(home, unit, year)
    target = folder or home.output / "templates" / unit
    for path in write_templates(target, home.read_layouts().values(), filling):
        typer.echo(str(path))


def inspect(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="A file as downloaded.")
    ],
) -> None:
    """Show what a file is, which layout fits or what is missing, and draft a declaration."""
    from pipeline.cli.setup.inspect import inspect_file

    for line in inspect_file(file, context.obj.read_layouts()):
        typer.echo(line)
