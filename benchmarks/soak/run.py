"""`make soak`.

Three simulated years of nights, every figure against the simulator's truth at every month's end;
into docs/reliability.md.

`python -m benchmarks.soak [--years 3] [--months N] [--seed 7] [--every 1]`. A figure that differs
is named, and the exit code is 1.
"""

from __future__ import annotations

import os
import shutil
import time
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.invariants import differences, fingerprint
from benchmarks.soak.exports import Drop, Office
from benchmarks.soak.judge import miscounts, problems
from benchmarks.soak.landed import Landed
from benchmarks.soak.sizes import sizes
from benchmarks.soak.world import ACCOUNTS, DAY, days
from pipeline.config.checkout import PLANS
from pipeline.config.home import Home
from pipeline.run.night import run_night
from pipeline.run.rebuild import rebuild
from pipeline.run.run_config import RunConfig

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from benchmarks.soak.world import World

PLAN = (PLANS / "2023.toml").read_text("utf-8")


@dataclass
class Outcome:
    """What a soak did and found; `seconds` by step of the nights, `sizes` in bytes by year."""

    nights: int = 0
    months: int = 0
    figures: int = 0
    years_rebuilt: int = 0
    reruns: int = 0
    wrong: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    slowest: float = 0.0
    sizes: dict[int, dict[str, int]] = field(default_factory=dict)


class Soak:
    """A home, its people and the truth, night by night."""

    def __init__(self, home: Path, world: World, every: int, say: Callable[[str], None]) -> None:
        self.home, self.world, self.every, self.say = Home(home), world, every, say
        self.office = Office(world)
        self.truth = Landed(0, ACCOUNTS, {})
        self.outcome = Outcome(counts=self.truth.counts)
        self.ends: list[date] = []

    def run(self) -> Outcome:
        """Live through all days; stop at the first month's end whose figures are wrong."""
        waiting: list[Drop] = []
        for number, day in enumerate(days(self.world.first, self.world.last)):
            waiting += self.office.days_files(day)
            is_end = (day + DAY).month != day.month or day == self.world.last
            if number % self.every == 0 or is_end:
                self._night(day, waiting)
                waiting = []
            if self.outcome.wrong or (is_end and not self._month_end(day)):
                break
        return self.outcome

    def _night(self, day: date, drops: list[Drop]) -> None:
        self._plan_of(day.year)
        for number, drop in enumerate(drops):
            path = self.home.inbox / drop.source / str(number) / drop.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(drop.content)
            moment = drop.modified.timestamp()
            os.utime(path, (moment, moment))
        self.truth.night_of(day, drops)
        began = time.perf_counter()
        result = run_night(RunConfig.prepare(self.home, day), self._clock())
        took = time.perf_counter() - began
        self.outcome.nights += 1
        self.outcome.seconds["night"] += took
        self.outcome.slowest = max(self.outcome.slowest, took)
        if result.exit_code not in (0, 3):
            self.outcome.wrong.append(
                f"{day}: the night ends with {result.exit_code}: {result.message}"
            )

    def _clock(self) -> Callable[[str], None]:
        """Return a listener that adds each step's time to `seconds`."""
        step, since = "other", time.perf_counter()

        def heard(name: str) -> None:
            nonlocal step, since
            now = time.perf_counter()
            self.outcome.seconds[f"of it {step}"] += now - since
            step, since = "land" if "/" in name else "transform" if "." in name else name, now

        return heard

    def _month_end(self, day: date) -> bool:
        """Judge the month's end; at the year's end rebuild, and ask for an old month's end again."""
        outcome = self.outcome
        outcome.months += 1
        self.ends.append(day)
        found = [*miscounts(self.home.root, self.truth), *self._judge(day, day)]
        if (day + DAY).year != day.year:
            outcome.sizes[day.year] = sizes(self.home.root)
            found += [
                *self._rebuilt(day),
                *self._asked_again(self.ends[(len(self.ends) - 1) // 2], day),
            ]
        outcome.wrong += [f"{day}: {line}" for line in found]
        self.say(
            f"{day}: {outcome.nights} nights, {outcome.seconds['night'] / outcome.nights:.2f} s a night, "
            f"{dict(outcome.counts)}, {len(outcome.wrong)} wrong"
        )
        return not outcome.wrong

    def _judge(self, as_of: date, known: date) -> list[str]:
        truth = self.truth.snapshot(
            as_of.year, tomllib.loads(plan_text(as_of.year)), min(as_of, known)
        )
        began = time.perf_counter()
        found = problems(self.home.root, truth, as_of)
        self.outcome.seconds["judging"] += time.perf_counter() - began
        return found

    def _rebuilt(self, day: date) -> list[str]:
        before = fingerprint(self.home.root)
        began = time.perf_counter()
        rebuild(RunConfig.prepare(self.home, day), lambda _: None)
        self.outcome.seconds["rebuild"] += time.perf_counter() - began
        self.outcome.years_rebuilt += 1
        return [
            f"rebuilt: {name} differs from the warehouse"
            for name in differences(fingerprint(self.home.root), before)
        ]  # fmt: skip

    def _asked_again(self, past: date, day: date) -> list[str]:
        """Run an old month's end again, then tonight: both must be what they were."""
        before = fingerprint(self.home.root)
        self._plan_of(past.year)
        run_night(RunConfig.prepare(self.home, past), lambda _: None)
        found = [f"as of {past} again: {line}" for line in self._judge(past, past)]
        self._plan_of(day.year)
        run_night(RunConfig.prepare(self.home, day), lambda _: None)
        self.outcome.reruns += 1
        return [
            *found,
            *(
                f"after that, tonight again: {name} differs"
                for name in differences(fingerprint(self.home.root), before)
            ),
        ]  # fmt: skip

    def _plan_of(self, year: int) -> None:
        """Every year has its own plan, as an office's settings would name it."""
        settings = self.home.root / "pipeline.toml"
        plan = self.home.root / f"{year}.toml"
        if not plan.exists():
            plan.write_text(plan_text(year), "utf-8")
        accounts = "".join(
            (
                f'[[accounts]]\nid = "{a.account_id}"\nname = "{a.name}"\nplatform = '
                f'"{a.platform}"\nunit = "{a.unit}"\nmain = {str(a.is_main).lower()}\n'
            )
            for a in ACCOUNTS
        )
        settings.write_text(f'plan = "{plan.name}"\n{accounts}', "utf-8")


def plan_text(year: int) -> str:
    """Return the plan of 2023 moved to another year.

    A stretch of its base year is repaired from the year before.
    """
    text = PLAN.replace("year = 2023\n", f"year = {year}\n", 1).replace(
        "base_year = 2022\n", f"base_year = {year - 1}\n",
    )  # fmt: skip
    return text.replace("affects_base = false", "affects_base = true")


def soak(
    folder: Path, world: World, every: int = 1, say: Callable[[str], None] = lambda _: None
) -> Outcome:
    """Run one soak in a new home below `folder`, which is removed afterwards."""
    home = folder / "home"
    home.mkdir(parents=True)
    try:
        return Soak(home, world, every, say).run()
    finally:
        shutil.rmtree(home, ignore_errors=True)
