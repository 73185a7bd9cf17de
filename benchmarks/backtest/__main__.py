"""Command line of the back-test."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.backtest.engine import backtest
from benchmarks.backtest.score import SOURCE, mean_of, scores, table
from benchmarks.backtest.series import SEEDS, YEARS, generated, read_series
from benchmarks.machine import write_between
from benchmarks.simulator import HABITS
from pipeline.base.errors import ConfigError
from pipeline.config.checkout import TRANSFORMS

if TYPE_CHECKING:
    import duckdb

PAGE = TRANSFORMS.parent / "docs" / "forecasting.md"


def generated_tables() -> list[str]:
    """Forecast the generated years; return the tables of scores."""
    con = backtest(generated(), YEARS)
    names = " ".join(f"when '{name}' then '{habit.name_zh}'" for name, habit in HABITS.items())
    kinds = scores(
        con, f"case {SOURCE} {names} end", f"min(list_position({list(HABITS)}, {SOURCE}))"
    )
    return [
        (
            f"{len(SEEDS)} series of each kind, plan years {YEARS[0]}–{YEARS[-1]}, month ends "
            "January to November; per cent of the year's total."
        ),
        "",
        *table("kind of account", [*kinds, mean_of(kinds, "all kinds")]),
        "",
        *table("as of the end of month", scores(con, "date_part('month', as_of)")),
    ]


def series_tables(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the table of scores by source and its mean."""
    sources = scores(con, SOURCE)
    months = scores(con, "date_part('month', as_of)")
    return [
        *table("source", [*sources, mean_of(sources, "mean of sources")]),
        "",
        *table("as of the end of month", months),
    ]


def main(arguments: list[str] | None = None) -> int:
    """Run the back-test; returns the exit code (2: the series cannot be read)."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.backtest", description=__doc__)
    parser.add_argument(
        "--series",
        type=Path,
        metavar="DIR",
        help="forecast every DIR/*.csv (date,value) instead of generated years",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE.csv",
        help="with --series: write every forecast, one a row",
    )
    parser.add_argument(
        "--page",
        action="store_true",
        help="with --series: write the table into docs/forecasting.md",
    )
    given = parser.parse_args(arguments)
    if given.series is None:
        lines = generated_tables()
        write_between(PAGE, "backtest", lines)
    else:
        try:
            con = backtest(read_series(given.series))
        except ConfigError as error:
            sys.stderr.write(f"error: {error}\n")
            return 2
        if given.out:
            given.out.parent.mkdir(parents=True, exist_ok=True)
            con.execute(
                "copy (from result order by series, as_of) to $1 (header, delimiter ',')",
                [str(given.out)],
            )
        lines = series_tables(con)
        if given.page:
            write_between(PAGE, "series", lines)
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
