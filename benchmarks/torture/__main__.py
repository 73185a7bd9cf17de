"""`make torture`: whole nights killed, starved and doubled, on real files and real processes; what came out goes to docs/reliability.md.

`python -m benchmarks.torture --rounds 200 --seed 7`. A round that breaks a promise is named with its seed, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from benchmarks.invariants import Fingerprint, contents, differences, fingerprint, lost
from benchmarks.machine import machine, write_between
from benchmarks.small_office import SECOND, command, drop_second, pipeline, run_first
from pipeline.settings import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGE = CHECKOUT / "docs" / "reliability.md"
STEPS = ("copy", "land", "transform", "publish", "archive")
NIGHT = ("run", "--as-of", SECOND)


@dataclass
class Bench:
    """A home with a night waiting, and what it is before and after that night."""

    home: Path
    before: Fingerprint
    after: Fingerprint
    inbox: set[str]
    seconds: float


@dataclass
class Outcome:
    """One kind of fault: how often it was tried, how often the night was cut short, and every promise broken."""

    fault: str
    rounds: int = 0
    cut: int = 0
    broken: list[str] = field(default_factory=list)


def prepare(folder: Path) -> Bench:
    """Publish the first night, fill the inbox, and run the second once without any fault."""
    home, clean = folder / "master", folder / "clean"
    home.mkdir()
    run_first(home)
    drop_second(home)
    shutil.copytree(home, clean)
    began = time.monotonic()
    done = pipeline(clean, *NIGHT)
    seconds = time.monotonic() - began
    if done.returncode not in (0, 3):
        raise SystemExit(done.stdout + done.stderr)
    return Bench(home, fingerprint(home), fingerprint(clean), contents(home / "inbox"), seconds)


def recovers(bench: Bench, home: Path) -> Iterator[str]:
    """Yield the promises that a home does not keep after a fault, and after the next night."""
    if tables := differences(fingerprint(home), bench.before, bench.after):
        yield f"half a night is published: {', '.join(tables[:3])}"
    if gone := lost(home, bench.inbox):
        yield f"{gone} file(s) of the inbox are lost"
    again = pipeline(home, *NIGHT)
    if again.returncode not in (0, 3):
        yield f"the next night ends with {again.returncode}: {again.stdout[-200:]}{again.stderr[-200:]}"
    elif tables := differences(fingerprint(home), bench.after):
        yield f"the next night's figures differ: {', '.join(tables[:3])}"
    if lost(home, bench.inbox) or contents(home / "inbox"):
        yield "the inbox is not empty, or a file is nowhere"


def killed(home: Path, seconds: float) -> bool:
    """Start the night, kill it and its reading process after so many seconds; tell whether it was still running."""
    with subprocess.Popen(
        command(home, *NIGHT), cwd=CHECKOUT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as night:  # fmt: skip
        time.sleep(seconds)
        running = night.poll() is None
        if running:
            os.killpg(night.pid, signal.SIGKILL)
    return running


def random_kills(bench: Bench, folder: Path, rounds: int, seed: int) -> Outcome:
    """Kill -9 at random moments of whole nights, two homes at a time."""
    outcome = Outcome("kill −9 at a random moment of the night")

    def one(number: int) -> tuple[bool, list[str]]:
        with scratch(bench, folder) as home:
            # two at a time share the machine, so a night takes longer here than alone
            running = killed(home, Random(f"{seed}/{number}").uniform(0, 1.5 * bench.seconds))
            return running, [f"seed {seed} round {number}: {problem}" for problem in recovers(bench, home)]

    with ThreadPoolExecutor(2) as pool:
        for running, problems in pool.map(one, range(rounds)):
            outcome.rounds += 1
            outcome.cut += running
            outcome.broken += problems
    return outcome


def named_steps(bench: Bench, folder: Path) -> Outcome:
    """End the process right before each named step."""
    outcome = Outcome(f"killed at each named step ({', '.join(STEPS)})")
    for step in STEPS:
        with scratch(bench, folder) as home:
            code = pipeline(home, *NIGHT, CRASH_AT=step).returncode
            outcome.rounds += 1
            outcome.cut += code == 137
            outcome.broken += [f"at {step}: {problem}" for problem in recovers(bench, home)]
    return outcome


def full_disk(bench: Bench, folder: Path) -> Outcome:
    """Let no file grow beyond a limit, as on a full disk; the night must say so, and the old figures must stand."""
    outcome = Outcome("no file can grow beyond a limit (full disk)")
    size = (bench.home / "warehouse.duckdb").stat().st_size
    for share in (0.0, 0.3, 0.9, 1.0, 1.1):
        with scratch(bench, folder) as home:
            code = _limited(home, int(size * share))
            outcome.rounds += 1
            outcome.cut += code != 0
            if code == 0:
                outcome.broken.append(f"limit {share:g} × the warehouse: the night said it was all right")
            outcome.broken += [f"limit {share:g}: {problem}" for problem in recovers(bench, home)]
    return outcome


def _limited(home: Path, most: int) -> int:
    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    night = subprocess.run(command(home, *NIGHT), cwd=CHECKOUT, capture_output=True, preexec_fn=limit, check=False)
    return night.returncode


def two_at_once(bench: Bench, folder: Path, rounds: int = 5) -> Outcome:
    """Start two nights in the same home: one works, the other says so and changes nothing."""
    outcome = Outcome("two nights started at once")
    for number in range(rounds):
        with scratch(bench, folder) as home:
            pair = [subprocess.Popen(command(home, *NIGHT), cwd=CHECKOUT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(2)]  # fmt: skip
            codes = sorted(night.wait() for night in pair)
            outcome.rounds += 1
            outcome.cut += codes[0] == 1 or 1 in codes
            if codes not in ([1, 3], [0, 3]):  # the second may also begin when the first has ended
                outcome.broken.append(f"round {number}: exit codes {codes}")
            outcome.broken += [f"round {number}: {problem}" for problem in recovers(bench, home)]
    return outcome


class scratch:  # noqa: N801 - used like a function
    """A copy of the master home for one round, removed after it."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        self._home = Path(tempfile.mkdtemp(dir=folder)) / "home"
        shutil.copytree(bench.home, self._home)

    def __enter__(self) -> Path:
        return self._home

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._home.parent, ignore_errors=True)


def lines_of(outcomes: list[Outcome], seed: int, minutes: float) -> list[str]:
    """Return what the page shows."""
    rows = [f"| {one.fault} | {one.rounds} | {one.cut} | {len(one.broken)} |" for one in outcomes]
    broken = [f"- {one.fault}: {text}" for one in outcomes for text in one.broken]
    return [
        f"{machine()}; seed {seed}; {minutes:.0f} min.", "",
        "| fault | rounds | nights cut short | promises broken |", "|---|---|---|---|", *rows,
        *(["", *broken] if broken else []),
    ]  # fmt: skip


def main() -> int:
    """Run everything, write the page."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rounds", type=int, default=200, help="random kills")
    words.add_argument("--seed", type=int, default=7)
    words.add_argument("--page", type=Path, default=PAGE)
    given = words.parse_args()
    began = time.monotonic()
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="torture-") as name:
        folder = Path(name)
        bench = prepare(folder)
        kinds: list[Callable[[], Outcome]] = [
            lambda: named_steps(bench, folder), lambda: full_disk(bench, folder), lambda: two_at_once(bench, folder),
            lambda: random_kills(bench, folder, given.rounds, given.seed),
        ]  # fmt: skip
        for kind in kinds:
            outcomes.append(kind())
            sys.stdout.write(f"{outcomes[-1]}\n")
            sys.stdout.flush()
    write_between(given.page, "torture", lines_of(outcomes, given.seed, (time.monotonic() - began) / 60))
    return int(any(one.broken for one in outcomes))


if __name__ == "__main__":
    sys.exit(main())
