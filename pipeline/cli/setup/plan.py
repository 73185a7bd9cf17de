"""Commands of the yearly plan: `plan new`, `plan check`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.base.errors import ConfigError

if TYPE_CHECKING:
    from pipeline.config.home import Home

plan_app = typer.Typer(no_args_is_help=True, help="The yearly plan: write next year's, check one.")
_YEARS = {"min": 2000, "max": 2100}


@plan_app.command("new")
def plan_new(
    context: typer.Context,
    year: Annotated[int, typer.Argument(metavar="YEAR", help="Year of the new plan.", **_YEARS)],
    origin: Annotated[
        int | None, typer.Option("--from", help="Plan to begin with (default: the newest).")
    ] = None,
) -> None:
    """Write <home>/plans/YEAR.toml out of an earlier plan, for people to go through."""
    from pipeline.config.plan import load_plan
    from pipeline.config.plans.new import new_plan, remarks

    path = new_plan(context.obj, year, origin)
    typer.echo(f"{path}")
    for line in remarks(load_plan(path)):
        typer.echo(f"- {line}")


@plan_app.command("check")
def plan_check(
    context: typer.Context,
    year: Annotated[
        int | None, typer.Argument(metavar="YEAR", help="One plan (default: all).")
    ] = None,
) -> None:
    """Say whether a plan is whole and right, and what in it deserves a look.

    Exit code 2 when it cannot be used.
    """
    from pipeline.config.plans.new import remarks
    from pipeline.config.plans.years import plan_files, plan_of_year

    home: Home = context.obj
    files = plan_files(home)
    if year is not None and year not in files:
        raise ConfigError(
            f"没有{year}年度计划 / no plan for {year}: add {home.plans / f'{year}.toml'} "
            f"(plan new {year})."
        )
    for one in [year] if year is not None else sorted(files):
        plan = plan_of_year(home, one)
        typer.echo(
            f"{files[one]}: {plan.title}；指标{len({t.id for t in plan.targets})}项，"
            f"项目{len(plan.projects)}个，单位{len(plan.units)}个"
        )
        for line in remarks(plan):
            typer.echo(f"- {line}")
