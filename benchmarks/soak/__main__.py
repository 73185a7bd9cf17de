"""The command line of the soak."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from benchmarks.machine import machine, write_between
from benchmarks.soak.run import Outcome, soak
from benchmarks.soak.sizes import table
from benchmarks.soak.world import DAY, World
from pipeline.config.checkout import CHECKOUT

PAGE = CHECKOUT / "docs" / "reliability.md"
FIRST = date(2021, 1, 1)


def lines_of(outcome: Outcome, seed: int, every: int, minutes: float) -> list[str]:
    """Return what the page shows."""
    counts, spent = outcome.counts, outcome.seconds
    steps = ", ".join(
        f"{name.removeprefix('of it ')} {spent[name] / outcome.nights:.2f} s"
        for name in sorted(spent)
        if name.startswith("of it")
    )  # fmt: skip
    return [
        f"{machine()}; seed {seed}; a night every {every} day(s); {minutes:.0f} min.",
        "",
        "| what | how many |",
        "|---|---|",
        f"| nights | {outcome.nights} |",
        (
            f"| files loaded, duplicate, held, quarantined | {counts['loaded']}, "
            f"{counts['duplicate']}, {counts['held']}, {counts['quarantined']} |"
        ),
        (
            f"| rows loaded, rejected; values unreadable, restated | {counts['rows']}, "
            f"{counts['rejected']}; {counts['unreadable']}, {counts['restated']} |"
        ),
        f"| month's ends compared with the truth | {outcome.months} |",
        (
            "| year's ends rebuilt from `archive/`; old month's ends asked for again | "
            f"{outcome.years_rebuilt}; {outcome.reruns} |"
        ),
        f"| figures that differ | {len(outcome.wrong)} |",
        (
            f"| a night, on average and at most | {spent['night'] / outcome.nights:.2f} s "
            f"({steps}), {outcome.slowest:.2f} s |"
        ),
        *table(outcome.sizes),
        *(["", *(f"- {line}" for line in outcome.wrong[:20])] if outcome.wrong else []),
    ]


def last_day(first: date, months: int) -> date:
    """Return the last day of the months that begin with `first`."""
    month = first.year * 12 + first.month - 1 + months
    return date(month // 12, month % 12 + 1, 1) - DAY


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Run the soak, write the page."""
    words = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    words.add_argument("--years", type=int, default=3)
    words.add_argument("--months", type=int, help="so many months instead of years")
    words.add_argument("--first", type=date.fromisoformat, default=FIRST, help="first of a month")
    words.add_argument("--seed", type=int, default=7)
    words.add_argument(
        "--every", type=int, default=1, help="a night every so many days, and at every month's end"
    )
    words.add_argument("--page", type=Path, default=PAGE)
    given = words.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        world = World(
            given.seed, given.first, last_day(given.first, given.months or 12 * given.years)
        )
        outcome = soak(Path(name), world, given.every, _say)
    lines = lines_of(outcome, given.seed, given.every, (time.monotonic() - began) / 60)
    write_between(given.page, "soak", lines)
    sys.stdout.write("\n".join(lines) + "\n")
    return int(bool(outcome.wrong))


if __name__ == "__main__":
    sys.exit(main())
