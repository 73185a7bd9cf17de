"""Bad input, measured: every hostile file of the corpus at full size, then files spoiled by chance.

`python -m benchmarks.fuzz`.

Each is read as the night reads it, in a child with its limits. Told: how many were refused, how
many read, the worst seconds and memory.
A broken promise (another exception, a wrong verdict, more memory or time than allowed) ends the run
with exit code 1.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from benchmarks.hostile import all_cases
from benchmarks.hostile.case import SMALL, Case, Size
from benchmarks.machine import machine, write_between
from benchmarks.mutate import KINDS, spoiled
from benchmarks.verdict import broken_promises
from collectors.layout import load_layouts
from collectors.model import Crashed, ReadResult
from collectors.read.worker_pool import MEMORY_LIMIT, TIMEOUT_SECONDS, Reader
from collectors.unreadable import Unreadable
from pipeline.config.checkout import CHECKOUT, LAYOUT_FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable
    from multiprocessing.connection import Connection

PAGE = CHECKOUT / "docs" / "reliability.md"
# bytes the night's own process may take for one file, whatever the child reads
PARENT_LIMIT = 1 << 30


@dataclass
class Group:
    """What became of the files of one kind."""

    name: str
    tried: int = 0
    refused: int = 0
    # refused, because the parser died, hung or met something its author did not expect
    crashed: int = 0
    seconds: float = 0
    child_mb: int = 0
    broken: list[str] = field(default_factory=list)

    def line(self) -> str:
        """Return the row of the table."""
        return (
            f"| {self.name} | {self.tried} | {self.refused} | {self.crashed} | "
            f"{self.tried - self.refused} | {self.seconds:.1f} | {self.child_mb:,} | "
            f"{len(self.broken)} |"
        )


class Watched:
    """A reader that keeps the last outcome beside what it costs."""

    def __init__(self, timeout: float = TIMEOUT_SECONDS) -> None:
        self.reader = Reader(load_layouts(LAYOUT_FOLDER), timeout)
        self.refusal: Unreadable | None = None
        self.rows = 0

    def read(self, path: Path) -> ReadResult:
        """Read a file, remember how it ended."""
        self.refusal, self.rows = None, 0
        try:
            result = self.reader.read(path)
        except Unreadable as refusal:
            self.refusal = refusal
            raise
        self.rows = result.row_count
        return result


def measure(group: Group, watched: Watched, path: Path, case: Case | None = None) -> None:
    """Read one file and enter the outcome."""
    began = time.monotonic()
    problems = broken_promises(watched.read, path)
    seconds = time.monotonic() - began
    if seconds > TIMEOUT_SECONDS + 10:
        problems.append(f"took {seconds:.0f} s")
    refusal = watched.refusal
    if case and case.rows is not None and watched.rows != case.rows:
        problems.append(f"{watched.rows} rows read, not {case.rows}")
    if case and case.words is not None and (refusal is None or case.words not in refusal.reason_en):
        problems.append(
            f"not refused for {case.words!r}: {refusal.reason_en if refusal else 'read'}"
        )
    group.tried += 1
    group.refused += refusal is not None
    group.crashed += isinstance(refusal, Crashed)
    group.seconds = max(group.seconds, seconds)
    group.broken += [f"{case.name if case else path.name}: {problem}" for problem in problems]


def corpus(size: Size, folder: Path) -> list[Group]:
    """Read every file of the corpus, each in a process of its own, so that memory can be told apart."""
    groups: dict[str, Group] = {}
    for number, case in enumerate(all_cases(size)):
        name = "cut off" if " cut at " in case.name else "corpus"
        one = _alone(number, size, folder)
        group = groups.setdefault(name, Group(name))
        _add(group, one)
        sys.stdout.write(
            f"{case.name}: {one.seconds:.1f} s, {one.child_mb} MB, "
            f"{'; '.join(one.broken) or 'kept'}\n"
        )
    return list(groups.values())


def _alone(number: int, size: Size, folder: Path) -> Group:
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_work, args=(number, size, folder, there)
    )
    process.start()
    there.close()
    try:
        found: Group = here.recv()
    except EOFError:
        found = Group("", 1, broken=[f"case {number}: the night's own process died"])
    process.join()
    return found


def _work(number: int, size: Size, folder: Path, pipe: Connection) -> None:
    case = all_cases(size)[number]
    path = folder / f"file {number}"
    case.make(path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    group, watched = Group(""), Watched()
    with watched.reader:
        measure(group, watched, path, case)
    path.unlink()
    group.child_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) << 10
    if grown > PARENT_LIMIT:
        group.broken.append(f"{case.name}: the night's own process grew by {grown >> 20} MB")
    if group.child_mb << 20 > MEMORY_LIMIT:
        group.broken.append(f"{case.name}: the child took {group.child_mb} MB")
    pipe.send(group)


def _add(group: Group, one: Group) -> None:
    for name in ("tried", "refused", "crashed"):
        setattr(group, name, getattr(group, name) + getattr(one, name))
    group.seconds, group.child_mb = (
        max(group.seconds, one.seconds),
        max(group.child_mb, one.child_mb),
    )
    group.broken += one.broken


def by_chance(rounds: int, seed: int, folder: Path) -> list[Group]:
    """Spoil good files of each kind, so many of each.

    The memory is the greatest of all children so far.
    """
    found = []
    watched = Watched(timeout=30)  # the files are small: one that takes longer hangs
    with watched.reader:
        for kind in KINDS:
            group, rng = Group(f"spoiled {kind}"), Random(f"{seed} {kind}")
            for number in range(rounds):
                path = folder / f"{kind} {number}"
                path.write_bytes(spoiled(kind, rng))
                measure(group, watched, path)
                path.unlink()
            watched.reader.__exit__()
            group.child_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
            found.append(group)
            sys.stdout.write(f"{group.line()}\n")
    return found


def lines_of(groups: Iterable[Group], seed: int, minutes: float) -> list[str]:
    """Return what the page shows."""
    rows = list(groups)
    total: defaultdict[str, int] = defaultdict(int)
    for group in rows:
        total["tried"] += group.tried
    broken = [f"- {text}" for group in rows for text in group.broken]
    return [
        f"{machine()}; seed {seed}; {total['tried']:,} files; {minutes:.0f} min.", "",
        (
            "| files | tried | refused | of these: the parser gave up | read | worst s | peak "
            "MB | promises broken |"
        ),
        "|---|---|---|---|---|---|---|---|", *(group.line() for group in rows),
        *(["", *broken] if broken else []),
    ]  # fmt: skip


def main() -> int:
    """Run everything, write the page."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rounds", type=int, default=1000, help="spoiled files of each kind")
    words.add_argument("--seed", type=int, default=7)
    words.add_argument("--small", action="store_true", help="the corpus at the size of the tests")
    words.add_argument(
        "--atheris",
        type=int,
        default=0,
        metavar="N",
        help="also N rounds of coverage-guided fuzzing, where atheris is installed",
    )
    words.add_argument("--page", type=Path, default=PAGE)
    given = words.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        groups = corpus(SMALL if given.small else Size(), Path(name)) + by_chance(
            given.rounds, given.seed, Path(name)
        )
    if given.atheris:
        from benchmarks.guided import guided

        groups.append(guided(given.atheris, given.seed))
    write_between(given.page, "fuzz", lines_of(groups, given.seed, (time.monotonic() - began) / 60))
    return int(any(group.broken for group in groups))


if __name__ == "__main__":
    sys.exit(main())
