"""A home with a night waiting, faults on copies of it, and what must hold after each.

Shared by all families of faults.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.invariants import ORDER, Fingerprint, contents, differences, fingerprint, lost
from benchmarks.small_office import SECOND, drop_second, pipeline, run_first
from benchmarks.torture.analyst import analyst

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

NIGHT = ("run", "--as-of", SECOND)
WELL = (0, 3)
IN_A_ROW = 4


@dataclass
class Bench:
    """Holds a home with a night waiting, and what it is before and after that night.

    `unordered` is what it is after but for the order of files. The night's moments and length too.
    """

    home: Path
    before: Fingerprint
    after: Fingerprint
    unordered: Fingerprint
    inbox: set[str]
    seconds: float
    moments: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """Where copies go."""
        return self.home.parent


@dataclass
class Outcome:
    """One kind of fault.

    How often it was tried, how often the night was cut short, and every promise broken.
    """

    fault: str
    rounds: int = 0
    cut: int = 0
    broken: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Fault:
    """A night with something wrong: `strike` runs it in a home and returns its exit code (negative.

    A signal).
    """

    name: str
    strike: Callable[[Path], int]


def prepare(folder: Path) -> Bench:
    """Publish the first night, fill the inbox, and run the second once without any fault.

    The moments that the second night passes are noted.
    """
    home, clean, noted = folder / "master", folder / "clean", folder / "moments"
    home.mkdir()
    run_first(home)
    drop_second(home)
    shutil.copytree(home, clean)
    began = time.monotonic()
    done = pipeline(clean, *NIGHT, FAILPOINT_LOG=str(noted))
    seconds = time.monotonic() - began
    if done.returncode not in WELL:
        raise SystemExit(done.stdout + done.stderr)
    moments = tuple(dict.fromkeys(noted.read_text("utf-8").splitlines()))
    unordered = fingerprint(clean, *ORDER)
    return Bench(
        home,
        fingerprint(home),
        fingerprint(clean),
        unordered,
        contents(home / "inbox"),
        seconds,
        moments,
    )


def stands(bench: Bench, home: Path, code: int | None = None) -> Iterator[str]:
    """Yield the promises that a home does not keep right after a fault.

    `code` is how the night said it ended.
    """
    found = fingerprint(home)
    if gone := lost(home, bench.inbox):
        yield f"{gone} file(s) of the inbox are lost"
    if waits(home, code):
        if found == bench.before:
            yield f"the night ended with {code}, but nothing is published"
        return
    if tables := differences(found, bench.before, bench.after):
        yield f"half a night is published: {', '.join(tables[:3])}"
    if code in WELL and found != bench.after:
        yield f"the night ended with {code}, but its figures are not published"


def waits(home: Path, code: int | None) -> bool:
    """Return whether the night left one file that the disk would not give, and said so with 3.

    Then it is a whole night of the others.
    """
    return code == WELL[1] and len(contents(home / "inbox")) == 1


def recovers(bench: Bench, home: Path, code: int | None = None) -> Iterator[str]:
    """Yield the promises that a home does not keep after a fault and after the next night.

    The fault ended with `code`.
    """
    yield from stands(bench, home, code)
    waited = waits(home, code)
    again = pipeline(home, *NIGHT)
    if again.returncode not in WELL:
        yield (
            f"the next night ends with {again.returncode}: "
            f"{again.stdout[-200:]}{again.stderr[-200:]}"
        )
    elif (
        tables := differences(fingerprint(home, *ORDER), bench.unordered)
        if waited
        else differences(fingerprint(home), bench.after)
    ):
        yield f"the next night's figures differ: {', '.join(tables[:3])}"
    if lost(home, bench.inbox) or contents(home / "inbox"):
        yield "the inbox is not empty, or a file is nowhere"


def drilled(home: Path) -> Iterator[str]:
    """Yield what is wrong with a home's archive.

    A backup of it must give, built again from the archive alone, the figures it has.
    """
    made = pipeline(home, "backup", "--to", str(home.parent / "safe"))
    if made.returncode:
        yield f"backup ends with {made.returncode}: {made.stderr[-200:]}"
        return
    drill = pipeline(home, "backup", "--drill", made.stdout.strip())
    if drill.returncode:
        yield f"the restore drill: {drill.stderr[-300:]}"


@contextmanager
def scratch(bench: Bench) -> Iterator[Path]:
    """Give a copy of the master home for some rounds; it is removed after them."""
    with tempfile.TemporaryDirectory(dir=bench.folder, ignore_cleanup_errors=True) as name:
        yield Path(shutil.copytree(bench.home, Path(name) / "home"))


def suffer(bench: Bench, title: str, faults: Sequence[Fault], *, watched: int = 0) -> Outcome:
    """Strike with all faults, up to four in a row in one home before the night that must mend it.

    Two homes at a time.

    With `watched`, an analyst looks all the time at one row of homes in so many.
    """
    outcome = Outcome(title)
    rows = [faults[at : at + IN_A_ROW] for at in range(0, len(faults), IN_A_ROW)]
    with ThreadPoolExecutor(2) as pool:
        for cut, broken in pool.map(
            lambda at: _row(bench, rows[at], watched=bool(watched) and at % watched == 0),
            range(len(rows)),
        ):
            outcome.cut += cut
            outcome.broken += broken
    outcome.rounds = len(faults)
    return outcome


def _row(bench: Bench, faults: Sequence[Fault], *, watched: bool) -> tuple[int, list[str]]:
    """Strike one after another.

    Once the night is published, the home is mended and the rest begins in a fresh one.
    """
    broken: list[str] = []
    cut, waiting = 0, list(faults)
    while waiting:
        with scratch(bench) as home, analyst(bench, home, broken) if watched else nullcontext():
            names: list[str] = []
            code = 0
            while waiting and (not names or fingerprint(home) == bench.before):
                fault = waiting.pop(0)
                names.append(fault.name)
                code = fault.strike(home)
                cut += code not in WELL
                broken += [
                    f"{' + '.join(names)}: {problem}" for problem in stands(bench, home, code)
                ]
            problems = [*recovers(bench, home, code)]
            if not waiting:
                problems += drilled(home)
            broken += [f"{' + '.join(names)}: {problem}" for problem in problems]
    return cut, broken
