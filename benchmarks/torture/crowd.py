"""Many at once.

Two nights, a night among reports, pages, backups and queries, and an analyst who looks all the
time.
"""

from __future__ import annotations

import subprocess
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.small_office import pipeline
from benchmarks.torture.analyst import analyst
from benchmarks.torture.rounds import NIGHT, WELL, Outcome, drilled, recovers, scratch
from pipeline.config.checkout import CHECKOUT
from pipeline.config.home import command

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.torture.rounds import Bench

_QUIET = {"cwd": CHECKOUT, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
REPORT = ("report", "weekly", "--week", "2023-W21")


def two_at_once(bench: Bench, rounds: int) -> Outcome:
    """Start two nights in the same home: one works, the other says so and changes nothing."""
    outcome = Outcome("two nights started at once")
    for number in range(rounds):
        with scratch(bench) as home:
            pair = [subprocess.Popen(command(home, *NIGHT), **_QUIET) for _ in range(2)]  # type: ignore[call-overload]
            codes = sorted(night.wait() for night in pair)
            outcome.rounds += 1
            outcome.cut += 1 in codes
            if codes not in ([1, 3], [0, 3]):  # the second may also begin when the first has ended
                outcome.broken.append(f"round {number}: exit codes {codes}")
            outcome.broken += [f"round {number}: {problem}" for problem in recovers(bench, home)]
    return outcome


def all_at_once(bench: Bench, rounds: int) -> Outcome:
    """Run a night while reports are written, pages served, a backup made and an analyst looks.

    Everybody gets whole figures.
    """
    outcome = Outcome("a night among reports, a page server, a backup and an analyst")
    for number in range(rounds):
        problems: list[str] = []
        with scratch(bench) as home, analyst(bench, home, problems):
            with serving(home) as pages:
                others = [
                    REPORT,
                    ("report", "scoreboard"),
                    ("backup", "--to", str(home.parent / "meanwhile")),
                    (*NIGHT, "--wait", "300"),  # the backup may have come first
                ]
                running = [subprocess.Popen(command(home, *words), **_QUIET) for words in others]  # type: ignore[call-overload]
                codes = [process.wait() for process in running]
            outcome.rounds += 1
            problems += [
                f"`{' '.join(words[:2])}` ends with {code}"
                for words, code in zip(others, codes, strict=True)
                if code not in WELL
            ]  # fmt: skip
            problems += pages
            for made in (home.parent / "meanwhile").iterdir():
                drill = pipeline(home, "backup", "--drill", str(made))
                problems += (
                    [f"the backup made meanwhile: {drill.stderr[-300:]}"]
                    if drill.returncode
                    else []
                )
            problems += [*recovers(bench, home), *drilled(home)]
        outcome.broken += [f"round {number}: {problem}" for problem in problems]
    return outcome


@contextmanager
def serving(home: Path) -> Iterator[list[str]]:
    """Serve the pages, and fetch the first one before and after; yields what went wrong."""
    problems: list[str] = []
    with subprocess.Popen(command(home, "serve", "--port", "0"), cwd=CHECKOUT,
        stdout=subprocess.PIPE, text=True) as server:  # fmt: skip
        assert server.stdout is not None  # noqa: S101 - a pipe was asked for
        address = server.stdout.readline().split()[0]
        for moment in ("before", "after"):
            if moment == "after":
                yield problems
            # our own server on loopback
            with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310
                if answer.status != 200:
                    problems.append(f"the page answers {answer.status} {moment} the night")
        server.kill()
