"""Settings, plan and calendar as tables: raw.account, raw.plan*, raw.unit*, raw.calendar_day.

Replaced when one of them changed.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from collectors.platforms import load_platforms
from pipeline.config.checkout import CHECKOUT, DEFAULT_TIMEZONE, PLANS
from pipeline.warehouse.definitions import made_once

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

    from pipeline.config.expectations import Expected
    from pipeline.config.media import Medium
    from pipeline.config.plan import Plan
    from pipeline.config.settings import Settings

CALENDAR = PLANS / "calendar.csv"
_CODE = CHECKOUT / "pipeline" / "warehouse" / "seed_tables.py"


def write_seeds(  # noqa: PLR0913 - one argument a thing that people write
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    plan: Plan,
    media: Iterable[Medium] = (),
    *,
    as_of: date | None = None,
    plan_years: Iterable[int] = (),
    expected: Iterable[Expected] = (),
) -> None:
    """Replace all seed tables, unless settings, plan and media are those of the last run.

    The targets are those in force on `as_of` (default: the last day of the plan's year).
    """
    listed = list(media)
    targets = plan.targets_on(as_of or date(plan.year, 12, 31))
    years, owed = sorted(plan_years), list(expected)
    own_code, days = _CODE.read_text("utf-8"), CALENDAR.read_text("utf-8")
    declared = [
        settings.model_dump_json(),
        plan.model_dump_json(),
        repr(targets),
        repr(years),
        repr(owed),
        repr(listed),
        repr(load_platforms()),
        own_code,
        days,
    ]
    with made_once(con, "seeds", "\0".join(declared)) as must_make:
        if must_make:
            # Arrow is loaded when there is something to write: most nights do without it
            from pipeline.warehouse.seed_tables import replace_seeds

            replace_seeds(
                con,
                settings=settings,
                plan=plan,
                targets=targets,
                media=listed,
                years=years,
                expected=owed,
                calendar=CALENDAR,
            )


def write_context(
    con: duckdb.DuckDBPyConnection,
    run_id: str,
    as_of: date,
    plan: Plan,
    timezone: str = DEFAULT_TIMEZONE,
) -> None:
    """Replace the one row that says which run, day, plan and time zone they serve."""
    con.execute("delete from ops.context")
    con.execute(
        """
        insert into ops.context by name
        select $run as run_id, $day as as_of, $year as plan_year, $base as base_year,
            make_date($year, 1, 1) as year_start,
            make_date($year, 12, 31) as year_end, least($day, make_date($year, 12, 31)) as plan_as_of,
            $zone as timezone
        """,
        {"run": run_id, "day": as_of, "year": plan.year, "base": plan.base_year, "zone": timezone},
    )
