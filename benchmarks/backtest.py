"""How good is the forecast? The nightly SQL models run on generated years whose end is known: `make backtest`.

For each generated series, each plan year and each month end the models of transforms/staging see only what was known that day; their forecast
of the whole year, the linear pace and the band are compared with what the year became. Every series is one `flow`, so one run of the
models forecasts all of them.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.csv

from benchmarks.machine import write_between
from benchmarks.simulator import HABITS, simulate
from pipeline.config.checkout import PLANS, TRANSFORMS
from pipeline.models.build import load_functions
from pipeline.models.incremental import build_model
from pipeline.models.model import model_file, read_model

if TYPE_CHECKING:
    from collections.abc import Iterable

PAGE = TRANSFORMS.parent / "docs" / "forecasting.md"
MODELS = tuple(
    read_model(model_file(TRANSFORMS, f"staging.{name}"))
    for name in ("flow_base", "flow_week", "flow_band", "flow_forecast")
)
YEARS = range(2019, 2026)
SEEDS = range(40)


def warehouse(seeds: Iterable[int] = SEEDS, habits: Iterable[str] = tuple(HABITS)) -> duckdb.DuckDBPyConnection:
    """Return a database with the calendar, the generated world (flow, date, value) and an empty `result` table."""
    con = duckdb.connect()
    load_functions(con, TRANSFORMS)
    for schema in ("raw", "staging", "ops"):
        con.execute(f"create schema {schema}")
    con.register("calendar", pyarrow.csv.read_csv(PLANS / "calendar.csv"))
    con.execute("create table raw.calendar_day as select * from calendar")
    con.execute("create table raw.plan_annotation (from_on date, to_on date, affects_base boolean, reason_zh varchar)")
    con.register("generated", _world(seeds, habits))
    con.execute("create table world as select * from generated")
    con.execute(
        "create table result (habit varchar, flow varchar, as_of date, truth double, forecast double, linear double, low double, high double)"
    )
    return con


def _world(seeds: Iterable[int], habits: Iterable[str]) -> pa.Table:
    last = date(YEARS[-1], 12, 31)
    rows = [
        (habit, f"{habit}-{seed}", day, float(value))
        for habit in habits
        for seed in seeds
        for day, value in simulate(HABITS[habit], seed, date(YEARS[0] - 2, 1, 1), last).items()
    ]
    return pa.table(dict(zip(("habit", "flow", "date", "value"), map(list, zip(*rows, strict=True)), strict=True)))


def forecast_as_of(con: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Let the models forecast every series as known on `as_of`, and note the truth beside it."""
    first, last = date(as_of.year, 1, 1), date(as_of.year, 12, 31)
    con.execute(
        """create or replace table ops.context as select $day as as_of, $year as plan_year, $year - 1 as base_year,
            $first as year_start, $last as year_end, $day as plan_as_of""",
        {"day": as_of, "year": as_of.year, "first": first, "last": last},
    )
    con.execute(
        "create or replace table staging.flow_daily as select flow, date, value from world where date between $1 and $2",
        [date(as_of.year - 2, 1, 1), as_of],
    )
    for model in MODELS:
        build_model(con, model)
    con.execute(
        """insert into result
        select w.habit, w.flow, $day, w.truth, f.to_date + f.remaining, f.to_date * ($last - $first + 1) / ($day - $first + 1),
            f.to_date + f.remaining - f.half_width, f.to_date + f.remaining + f.half_width
        from staging.flow_forecast as f
        join (select habit, flow, sum(value) as truth from world where date between $first and $last group by habit, flow) as w on w.flow = f.flow""",
        {"day": as_of, "first": first, "last": last},
    )


def month_ends(year: int) -> list[date]:
    """Return the last days of January to November."""
    return [date(year, month + 1, 1) - timedelta(days=1) for month in range(1, 12)]


def backtest(con: duckdb.DuckDBPyConnection, years: Iterable[int] = YEARS) -> None:
    """Fill `result` for every month end of `years`."""
    for year in years:
        for day in month_ends(year):
            forecast_as_of(con, day)


SCORES = """
    select {group} as label, count(*) as n,
        100 * median(abs(forecast - truth) / truth) as mdape, 100 * median(abs(linear - truth) / truth) as linear_mdape,
        100 * avg(abs(forecast - truth) / truth) as mape, 100 * avg(abs(linear - truth) / truth) as linear_mape,
        100 * sum(abs(forecast - truth)) / sum(truth) as wape, 100 * sum(abs(linear - truth)) / sum(truth) as linear_wape,
        100.0 * count(*) filter (where truth between low and high) / count(*) as covered, 100 * avg((high - low) / 2 / forecast) as half_width_pct
    from result group by all order by {order}"""


def scores(con: duckdb.DuckDBPyConnection, group: str, order: str = "1") -> list[dict[str, Any]]:
    """Score `result` by an SQL expression; errors, cover and half width are per cent (of the year's total)."""
    cursor = con.execute(SCORES.format(group=group, order=order))
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def table(title: str, rows: list[dict[str, Any]]) -> list[str]:
    """Return a Markdown table of scores."""
    head = ("n", "median", "linear", "MAPE", "linear", "WAPE", "linear", "covered", "± half width")
    columns = ("mdape", "linear_mdape", "mape", "linear_mape", "wape", "linear_wape", "covered", "half_width_pct")
    body = [
        f"| {row['label']} | {row['n']} | " + " | ".join(f"{row[name]:.1f}" for name in columns) + " |" for row in rows
    ]
    return [f"| {title} | {' | '.join(head)} |", "|---" * (len(head) + 1) + "|", *body]


def main() -> None:
    """Run everything, write the tables into docs/forecasting.md and print them."""
    con = warehouse()
    backtest(con)
    names = " ".join(f"when '{name}' then '{habit.name_zh}'" for name, habit in HABITS.items())
    lines = [
        f"{len(SEEDS)} series of each kind, plan years {YEARS[0]}–{YEARS[-1]}, month ends January to November; per cent of the year's total.", "",
        *table("kind of account", scores(con, f"case habit {names} end", "min(list_position([" + ", ".join(f"'{h}'" for h in HABITS) + "], habit))")), "",
        *table("as of the end of month", scores(con, "date_part('month', as_of)")),
    ]  # fmt: skip
    write_between(PAGE, "backtest", lines)
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
