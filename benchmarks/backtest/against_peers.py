"""Set the product, the linear pace and other forecasters side by side on the same cut-offs.

`make backtest-peers SERIES=DIR`.

Together the peers take seconds a forecast: only the ends of March, June and September are compared,
the same ones for every method, and of the
generated series four of each kind over two years.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.backtest.__main__ import PAGE
from benchmarks.backtest.engine import backtest
from benchmarks.backtest.score import SOURCE
from benchmarks.backtest.series import generated, read_series
from benchmarks.machine import write_between
from pipeline.base.errors import ConfigError
from pipeline.config.checkout import CHECKOUT

if TYPE_CHECKING:
    import duckdb

PYTHON = CHECKOUT / ".venv-peers" / "bin" / "python"
MONTHS = (3, 6, 9)
SEEDS, YEARS = range(4), (2023, 2024)
METHODS = ("product", "linear", "Prophet", "AutoETS", "AutoTheta", "MSTL")
ANSWERS = f"""
    create or replace table answer as
    select series, as_of, 'product' as method, forecast, low, high, actual_total from result
    where month(as_of) in {MONTHS}
    union all
    select series, as_of, 'linear', linear, null, null, actual_total from result
    where month(as_of) in {MONTHS}
    union all
    select p.series, p.as_of, p.method, r.to_date + p.rest, r.to_date + p.low, r.to_date + p.high,
        r.actual_total
    from read_csv($1, types = {{'as_of': 'date'}}) as p
    join result as r on r.series = p.series and r.as_of = p.as_of"""
SCORES = f"""
    select {SOURCE} as source, method, count(*) as n, 100 * avg(abs(forecast / actual_total - 1)) as error,
        100.0 * count(*) filter (where actual_total between low and high) / nullif(count(low), 0) as covered
    from answer group by all order by all"""


def compare(con: duckdb.DuckDBPyConnection, folder: Path) -> list[str]:
    """Let the peers answer `result`'s cut-offs on the series in `folder`; return the table."""
    with tempfile.TemporaryDirectory() as scratch:
        cutoffs, out = Path(scratch) / "cutoffs.csv", Path(scratch) / "peers.csv"
        con.execute(
            f"copy (select series, as_of from result where month(as_of) in {MONTHS} order "
            f"by all) to '{cutoffs}' (header)"
        )
        words = [f"--series={folder}", f"--cutoffs={cutoffs}", f"--out={out}"]
        subprocess.run(
            [str(PYTHON), "-m", "benchmarks.backtest.peers", *words], cwd=CHECKOUT, check=True
        )
        con.execute(ANSWERS, [str(out)])
    return table(con)


def table(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return a Markdown table of `answer`.

    Mean error and cover by source, and the mean of the sources.
    """
    found: dict[str, dict[str, tuple[Any, ...]]] = {}
    for source, method, *figures in con.execute(SCORES).fetchall():
        found.setdefault(source, {})[method] = tuple(figures)
    names = [method for method in METHODS if method in next(iter(found.values()))]
    lines = [f"| source | n | {' | '.join(names)} |", "|---" * (len(names) + 2) + "|"]
    for source, row in found.items():
        lines.append(_line(source, row["product"][0], [row[name][1:] for name in names]))
    means = [[_mean([row[name][i] for row in found.values()]) for i in (1, 2)] for name in names]
    lines.append(_line("mean of sources", sum(row["product"][0] for row in found.values()), means))
    return lines


def _line(label: str, n: int, cells: list[Any]) -> str:
    text = [
        f"{error:.1f}" if covered is None else f"{error:.1f} ({covered:.0f})"
        for error, covered in cells
    ]
    return f"| {label} | {n} | {' | '.join(text)} |"


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def main() -> int:
    """Compare on real series (--series) or on generated ones.

    The table goes into docs/forecasting.md.
    """
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.backtest.against_peers", description=__doc__
    )
    parser.add_argument(
        "--series", type=Path, metavar="DIR", help="compare on DIR/*.csv instead of generated years"
    )
    given = parser.parse_args()
    if not PYTHON.exists():
        sys.stderr.write("error: no .venv-peers. Run `make backtest-peers`, which sets it up.\n")
        return 2
    try:
        if given.series:
            lines = compare(backtest(read_series(given.series)), given.series.resolve())
        else:
            lines = _on_generated()
    except ConfigError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    write_between(PAGE, "peers" if given.series else "peers-generated", lines)
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _on_generated() -> list[str]:
    con = backtest(generated(SEEDS), YEARS)
    with tempfile.TemporaryDirectory() as scratch:
        for (series,) in con.execute("select distinct flow from world").fetchall():
            con.execute(
                (
                    "copy (select date, value from world where flow = $1 order by date) to "
                    f"'{scratch}/{series}.csv' (header)"
                ),
                [series],
            )
        return compare(con, Path(scratch))


if __name__ == "__main__":
    sys.exit(main())
