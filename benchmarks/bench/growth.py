"""How the cost of a night grows with history.

The first night computes all of it, the second adds some ten thousand rows.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from benchmarks.bench.drop import drop
from benchmarks.bench.measure import Findings
from benchmarks.history import NIGHT, Mix, accounts_for
from pipeline.config.checkout import CHECKOUT
from pipeline.config.home import Home

if TYPE_CHECKING:
    from pathlib import Path

MIX = Mix(read_days=4)
NEW_ROWS = 10_000
MOST_RATIO, MOST_MB = 3, 2_048
_HEAD = (
    (
        "| rows of history | night | whole | reading, landing | computing | other | copying the "
        "file | peak memory | warehouse |"
    ),
    "|---|---|---|---|---|---|---|---|---|",
)


def growth(folder: Path, sizes: list[int]) -> Findings:
    """Return the table of nights on growing histories, each night in a process of its own."""
    lines, second = list(_HEAD), {}
    for rows in sizes:
        count, nights = nights_on(folder / f"history{rows}", rows)
        for name, told in nights.items():
            lines.append(_row(count, name, told))
            sys.stderr.write(lines[-1] + "\n")  # hours may lie between the first and the last
        second[count] = nights["second"]
    return Findings(text=[*lines, "", *verdict(second)])


def nights_on(folder: Path, rows: int) -> tuple[int, dict[str, dict[str, float]]]:
    """Return rows of history and what the first and the second night say of themselves.

    The home is removed.
    """
    count = run_module("prepare_history", folder, rows, MIX.read_days)["rows"]
    home = Home(folder)
    first = run_module("one_night", folder, NIGHT - timedelta(days=1))
    drop(home, accounts_for(rows, MIX), MIX, NEW_ROWS)
    second = run_module("one_night", folder, NIGHT)
    shutil.rmtree(folder)
    return count, {"first": first, "second": second}


def verdict(second: dict[int, dict[str, float]]) -> list[str]:
    """Compare the second night on the longest history with the one on the shortest.

    The peak of memory is compared too.
    """
    small, large = second[min(second)], second[max(second)]
    ratio = _work(large) / _work(small)
    peak = max(told["peak_mb"] for told in second.values())
    found = [
        (
            f"Second night, largest peak: {peak:,.0f} MB (goal ≤ {MOST_MB:,} MB: "
            f"{_met(peak <= MOST_MB)})."
        )
    ]
    if len(second) > 1:
        found.insert(
            0,
            f"Second night on {max(second):,} rows against {min(second):,}, apart from copying the "
            f"file: {ratio:.1f} × (goal ≤ {MOST_RATIO} ×: {_met(ratio <= MOST_RATIO)}).",
        )
    return found


def run_module(name: str, *words: object) -> dict[str, Any]:
    """Run a module of this package in a process of its own; returns the JSON of its last line."""
    command = [sys.executable, "-m", f"benchmarks.bench.{name}", *map(str, words)]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name} {words}: {done.stdout[-1000:]}{done.stderr[-3000:]}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _met(yes: bool) -> str:
    return "yes" if yes else "**no**"


def _work(told: dict[str, float]) -> float:
    return told["landing"] + told["computing"] + told["other"]


def _row(count: int, name: str, told: dict[str, float]) -> str:
    new = (
        f"{name}: all computed"
        if not told["rows"]
        else (
            f"{name}: {told['rows']:,} rows in {told['files']} files, {told['restated']:,} "
            "values restated"
        )
    )
    parts = [
        _work(told) + told["copying"],
        *(told[part] for part in ("landing", "computing", "other", "copying")),
    ]
    cells = (
        f"{count:,}",
        new,
        *(f"{part:.1f} s" for part in parts),
        f"{told['peak_mb']:,.0f} MB",
        f"{told['warehouse_mb']:,.0f} MB",
    )
    return f"| {' | '.join(cells)} |"
