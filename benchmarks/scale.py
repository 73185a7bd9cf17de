"""`make scale`.

All models over a generated year, on DuckDB and on a Spark cluster on this machine, compared row by
row; into docs/scale.md.

`python -m benchmarks.scale [--rows 1000000 10000000] [--alone 50000000]`: both engines, DuckDB
alone. Every size is a year of 2023 with as many accounts as it needs (4,015 rows each).
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import subprocess
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.compare import TOLERANCE, differences
from benchmarks.machine import machine, write_between
from benchmarks.one_year import accounts_for, grow, make_home
from benchmarks.spark_cluster import CONF, CORES, MEMORY, WORKERS, cluster
from pipeline.config.checkout import CHECKOUT, TRANSFORMS
from pipeline.config.home import command
from pipeline.models.folder import load_models
from pipeline.run.night import run_night
from pipeline.run.run_config import RunConfig

PAGE = CHECKOUT / "docs" / "scale.md"
AS_OF = date(2023, 12, 31)


@dataclass(frozen=True)
class Size:
    """One year on both engines.

    Seconds, bytes, peak memory (of DuckDB's process), rows compared, what differed.
    """

    rows: int
    accounts: int
    warehouse: int
    lake: int
    export: float
    duckdb: float
    duckdb_peak: int
    spark: float
    compared: int
    differing: list[str]
    slowest: list[tuple[str, float]]


def measure(rows: int, *, with_spark: bool = True) -> Size:
    """Make a year of so many rows, export it, run all models on DuckDB and (or not) on Spark, compare."""
    with tempfile.TemporaryDirectory(prefix="scale-") as name:
        home = make_home(Path(name) / "home", rows)
        run_night(RunConfig.prepare(home, AS_OF), lambda _: None)
        made = grow(home, rows)
        lake, here, there = (Path(name) / folder for folder in ("lake", "duckdb", "spark"))
        export = _pipeline(home.root, "export", "lake", str(lake))
        duckdb = _pipeline(home.root, "transform", "--lake", str(lake), "--out", str(here))
        # of the largest process so far
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
        spark, compared = Done(0, []), 0
        differing: list[str] = []
        if with_spark:
            spark = _on_cluster(home.root, lake, there)
            compared, differing = differences(here, there, load_models(TRANSFORMS))
        return Size(
            made, accounts_for(rows), home.warehouse.stat().st_size, _bytes(lake), export.seconds,
            duckdb.seconds, peak, spark.seconds, compared, differing, spark.slowest(),
        )  # fmt: skip


def _on_cluster(home: Path, lake: Path, out: Path) -> Done:
    settings = [f"--conf={key}={value}" for key, value in CONF.items()]
    with cluster() as master:
        words = ("--engine", "spark", "--master", master, "--lake", str(lake), "--out", str(out))
        return _pipeline(home, "transform", *words, *settings)


@dataclass(frozen=True)
class Done:
    """A command that ended well: how long it took, and what each model took where it says so."""

    seconds: float
    models: list[tuple[str, float]]

    def slowest(self, count: int = 6) -> list[tuple[str, float]]:
        """Return the models that took longest; those side by side share the cores."""
        return sorted(self.models, key=lambda model: -model[1])[:count]


def _pipeline(home: Path, *words: str) -> Done:
    """Run the command line; SystemExit shows what it said when it fails."""
    began = time.perf_counter()
    done = subprocess.run(command(home, *words), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)} ended with {done.returncode}:\n{done.stderr[-3000:]}")
    told = re.findall(r"^((?:staging|mart)\.\w+) ([0-9.]+) s$", done.stderr, re.MULTILINE)
    return Done(time.perf_counter() - began, [(name, float(seconds)) for name, seconds in told])


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def page(sizes: list[Size]) -> list[str]:
    """Return the lines of docs/scale.md."""
    busy = os.getloadavg()[2]
    cluster_words = (
        f"{machine()}, Spark 4.3.0 (standalone; {WORKERS} workers of {CORES} core and "
        f"{MEMORY} each, one master, on 127.0.0.1, sharing the {os.cpu_count()} cores "
        "with the driver). Average load over the last quarter of an hour when this was "
        f"written: {busy:.1f}."
    )
    lines = [
        cluster_words,
        "",
        (
            "| rows of raw in one year | accounts | warehouse | lake | export | all models, "
            "DuckDB | its peak memory | all models, Spark | rows compared | tables that differ |"
        ),
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for s in sizes:
        cells = [
            f"{s.rows:,}",
            f"{s.accounts:,}",
            f"{s.warehouse / 1e6:,.0f} MB",
            f"{s.lake / 1e6:,.0f} MB",
            f"{s.export:.0f} s",
        ]
        cells += [f"{s.duckdb:.0f} s", f"{s.duckdb_peak / 1e6:,.0f} MB"]
        cells += (
            [f"{s.spark:.0f} s", f"{s.compared:,}", f"{len(s.differing)}"]
            if s.compared
            else ["not run", "", ""]
        )
        lines += [f"| {' | '.join(cells)} |"]
    lines += [
        "",
        (
            f"Compared row by row over each table's grain; DOUBLE to {TOLERANCE:g} of the value,"
            " all else exactly."
        ),
        "",
    ]
    lines += [f"- {what[:300]}" for s in sizes for what in s.differing]
    for s in [size for size in sizes if size.slowest][-1:]:
        slow = ", ".join(f"`{name}` {seconds:.0f} s" for name, seconds in s.slowest)
        lines.append(f"Longest on Spark at {s.rows:,} rows: {slow}.")
    return lines


def main() -> None:
    """Measure all sizes and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale")
    parser.add_argument("--rows", type=int, nargs="*", default=[1_000_000, 10_000_000])
    parser.add_argument("--alone", type=int, nargs="*", default=[], help="sizes for DuckDB only")
    parser.add_argument("--page", type=Path, default=PAGE)
    given = parser.parse_args()
    sizes = []
    for rows, with_spark in [(rows, True) for rows in given.rows] + [
        (rows, False) for rows in given.alone
    ]:
        sizes.append(measure(rows, with_spark=with_spark))
        print(sizes[-1], flush=True)
        write_between(given.page, "scale", page(sizes))


if __name__ == "__main__":
    main()
