"""A clock that is wrong.

Set back between nights and within one, ahead for a night and right again, set back under the
scheduler.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from benchmarks.small_office import FIRST, SECOND
from benchmarks.torture.rounds import NIGHT, WELL, Outcome, drilled, recovers, scratch, stands
from benchmarks.torture.shim import Shim
from pipeline.config.checkout import CHECKOUT
from pipeline.config.home import command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.torture.rounds import Bench

HOUR, DAY = 3600, 86400
_HEAD = "时间,新关注人数,取消关注人数,净增关注人数,累积关注人数\n"
_FOLLOWERS = "select followers from staging.follower_daily where account_id = 'main' and date = ?"


class Office:
    """A home whose commands see a clock that can be set."""

    def __init__(self, library: Path, home: Path) -> None:
        self.home = home
        self.shim = Shim(library, home, Path(tempfile.mkdtemp(dir=home.parent)))

    def run(self, *words: str) -> int:
        """Run a command to its end."""
        env = self.shim.env()
        return subprocess.run(
            command(self.home, *words), cwd=CHECKOUT, env=env, capture_output=True, check=False,
        ).returncode  # fmt: skip

    def ask(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Ask the published file, with the right clock."""
        with duckdb.connect(str(self.home / "warehouse.duckdb"), read_only=True) as con:
            return con.execute(query, list(values)).fetchall()

    def drop(self, day: date, followers: int) -> None:
        """Put a file with one day's followers into the main account's inbox."""
        path = self.home / "inbox" / "main" / f"{time.monotonic_ns()}.csv"
        path.write_text(f"{_HEAD}{day},1,0,1,{followers}\n", "utf-8")

    def run_ids(self) -> Iterator[str]:
        """Yield what is wrong with the names of runs.

        They must be unique and sort as the runs happened.
        """
        ids = [str(row[0]) for row in self.ask("select run_id from ops.run order by rowid")]
        if ids != sorted(set(ids)):
            yield f"run ids do not rise: {ids}"
        alike = self.ask(
            "select load_seq from ops.file where load_seq is not null group by all having "
            "count(*) > 1"
        )
        if alike:
            yield f"load_seq stands twice: {alike}"


def back_within(seconds: int) -> Callable[[Bench, Office], Iterator[str]]:
    """Set the clock back while the night is under way."""

    def story(bench: Bench, office: Office) -> Iterator[str]:
        noted = office.shim.folder / "moments"
        env = office.shim.env() | {"FAILPOINT_LOG": str(noted)}
        with subprocess.Popen(command(office.home, *NIGHT), cwd=CHECKOUT, env=env,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as night:  # fmt: skip
            while night.poll() is None and not (
                noted.exists() and "transform" in noted.read_text("utf-8")
            ):
                time.sleep(0.01)
            office.shim.set_clock(-seconds)
        yield from stands(bench, office.home, night.returncode)
        if night.returncode not in WELL:
            yield f"the night ends with {night.returncode}"

    return story


def back_between(seconds: int) -> Callable[[Bench, Office], Iterator[str]]:
    """Run the night, then land a newer figure on a night whose clock was set back.

    The newest file wins, not the latest clock.
    """

    def story(bench: Bench, office: Office) -> Iterator[str]:
        if office.run(*NIGHT) not in WELL:
            yield "the first night failed"
        yield from stands(bench, office.home, 0)
        day = date.fromisoformat(SECOND)
        ((known,),) = office.ask(_FOLLOWERS, day)
        for lap in (1, 2):
            office.shim.set_clock(-lap * seconds)
            office.drop(day, int(str(known)) + lap)  # a figure that the intake does not doubt
            if office.run(*NIGHT) not in WELL:
                yield f"night {lap} with the clock {lap * seconds} s behind failed"
            yield from _must_be(office, day, int(str(known)) + lap)
        office.shim.set_clock(0)
        office.run(*NIGHT)
        yield from _must_be(office, day, int(str(known)) + 2)

    return story


def ahead_then_right(seconds: int) -> Callable[[Bench, Office], Iterator[str]]:
    """Land files on nights of the default day while the clock runs ahead.

    When it is right again, they still show, and newer ones win.
    """

    def story(_: Bench, office: Office) -> Iterator[str]:
        day = datetime.now(UTC).date() - timedelta(days=2)
        office.shim.set_clock(seconds)
        office.drop(day, 88_001)
        if office.run("run", "--no-fetch") not in WELL:
            yield "the night ahead failed"
        yield from _must_be(office, day, 88_001)
        office.shim.set_clock(0)
        office.run("run", "--no-fetch")
        yield from _must_be(office, day, 88_001)
        office.drop(day, 88_002)
        office.run("run", "--no-fetch")
        yield from _must_be(office, day, 88_002)

    return story


def _must_be(office: Office, day: date, followers: int) -> Iterator[str]:
    found = office.ask(_FOLLOWERS, day)
    if found != [(followers,)]:
        yield f"followers of {day} are {found}, not {followers}"


def scheduler_set_back(_: Bench, office: Office) -> Iterator[str]:
    """Set the clock back by three days under a running scheduler.

    The next night is within a day, not in four.
    """
    told = office.home / "output" / "scheduler.json"
    office.run("run", "--as-of", FIRST)  # nothing is missed
    with subprocess.Popen([sys.executable, "schedules.py", str(office.home)], cwd=CHECKOUT,
        env=office.shim.env(), stderr=subprocess.DEVNULL) as process:  # fmt: skip
        _until(told.exists, 60)
        office.shim.set_clock(-3 * DAY)
        now = datetime.now(UTC) - timedelta(days=3)
        _until(lambda: _next(told) <= now + timedelta(days=1), 60)
        upcoming = _next(told)
        process.terminate()
        process.wait(120)
    if not now - timedelta(minutes=5) <= upcoming <= now + timedelta(days=1):
        yield f"with the clock at {now} the next night is planned for {upcoming}"


def _next(told: Path) -> datetime:
    with suppress(OSError, ValueError, KeyError):
        return datetime.fromisoformat(json.loads(told.read_text("utf-8"))["next"]["nightly"])
    return datetime.max.replace(tzinfo=UTC)


def _until(true: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.1)


STORIES: dict[str, Callable[[Bench, Office], Iterator[str]]] = {
    "back 3 h within the night": back_within(3 * HOUR),
    "back 40 days within the night": back_within(40 * DAY),
    "back 2 h between nights": back_between(2 * HOUR),
    "back 3 days between nights": back_between(3 * DAY),
    "back 400 days between nights": back_between(400 * DAY),
    "26 h ahead, then right": ahead_then_right(26 * HOUR),
    "400 days ahead, then right": ahead_then_right(400 * DAY),
    "back 3 days under the scheduler": scheduler_set_back,
}  # fmt: skip


def clocks(bench: Bench, library: Path, names: tuple[str, ...] = tuple(STORIES)) -> Outcome:
    """Tell every story in a home of its own.

    Then the clock is right, and the home must be as good as new.
    """
    outcome = Outcome(f"clock set wrong ({', '.join(names)})")
    for name in names:
        with scratch(bench) as home:
            office = Office(library, home)
            problems = [*STORIES[name](bench, office), *office.run_ids()]
            office.shim.set_clock(0)
            problems += recovers(bench, home) if "within" in name else []
            shutil.rmtree(home / "output", ignore_errors=True)
            problems += drilled(home)
            outcome.rounds += 1
            outcome.broken += [f"{name}: {problem}" for problem in problems]
    return outcome
