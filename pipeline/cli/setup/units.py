"""Commands about units: `units unknown`, `units map`."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

units_app = typer.Typer(no_args_is_help=True, help="Names of units that the plan does not know.")


@units_app.command("unknown")
def unknown(context: typer.Context) -> None:
    """List names in ledgers that are no unit of the plan."""
    from pipeline.run.units import unknown_units

    for row in unknown_units(context.obj):
        typer.echo(f"{row['name']}  {row['ledger_rows']} 行，{row['source']}/{row['file']}")


@units_app.command("map")
def map_name(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="As the ledger writes it.")],
    unit: Annotated[str, typer.Argument(help="A unit of the plan.")],
    by: Annotated[
        str | None, typer.Option(help="Who decides (default: the user who is logged in).")
    ] = None,
    note: str = "",
) -> None:
    """Say which unit a name means; every ledger counts it there as of the next night."""
    from pipeline.run.units import map_unit

    map_unit(context.obj, name, unit, by=by or getpass.getuser(), note=note)
    typer.echo(f"{name} → {unit}; 下次运行起生效 / as of the next night")
