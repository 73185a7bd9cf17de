"""What a measurement is, and how seconds and memory are taken."""

from __future__ import annotations

import os
import resource
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Line:
    """One measurement in seconds: ours, the other (None.

    Not there to be measured), and the goal for their ratio.

    `at_most`: ours ÷ other; `at_least`: other ÷ ours; `seconds_at_most`: ours alone; none of them:
    shown for fairness, no goal.
    """

    what: str
    ours: float
    other_name: str
    other: float | None
    at_most: float | None = None
    at_least: float | None = None
    seconds_at_most: float | None = None

    @property
    def ratio(self) -> str:
        """Say the ratio as the goal does."""
        if self.other is None:
            return "not installed"
        return (
            f"{self.other / self.ours:.1f} × faster"
            if self.other > self.ours
            else f"{self.ours / self.other:.1f} ×"
        )

    @property
    def goal(self) -> str:
        """Say the goal, if there is one."""
        if self.seconds_at_most is not None:
            return f"≤ {self.seconds_at_most:g} s"
        if self.at_least is not None:
            return f"≥ {self.at_least:g} × faster"
        return "" if self.at_most is None else f"≤ {self.at_most:g} ×"

    @property
    def verdict(self) -> str:
        """Say whether the goal is met, if it can be said."""
        if self.seconds_at_most is not None:
            return _yes(self.ours <= self.seconds_at_most)
        if self.other is None or not self.goal:
            return ""
        return _yes(
            self.ours <= self.other * self.at_most
            if self.at_most
            else self.other >= self.ours * (self.at_least or 0)
        )

    def row(self) -> str:
        """Return the line of the page."""
        other = "" if self.other is None else f"{self.other:.2f} s"
        cells = (
            self.what,
            f"{self.ours:.2f} s",
            self.other_name,
            other,
            self.ratio,
            self.goal,
            self.verdict,
        )
        return f"| {' | '.join(cells)} |"


def _yes(met: bool) -> str:
    return "yes" if met else "**no**"


@dataclass
class Findings:
    """What a section found: lines of the one table, and Markdown of its own below it."""

    lines: list[Line] = field(default_factory=list)
    text: list[str] = field(default_factory=list)


def seconds(call: Callable[[], Any]) -> float:
    """Return how long one call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def peak_mb() -> float:
    """Return the most memory this process has held, in MB.

    Linux tells it by process; elsewhere `getrusage`, which after a fork may count the parent's.
    """
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (
            line for line in status.read_text("utf-8").splitlines() if line.startswith("VmHWM")
        )
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        2**20 if os.uname().sysname == "Darwin" else 1024
    )


def forget_peak() -> None:
    """Let `peak_mb` start again from what is held now (Linux.

    Elsewhere it goes on from the process's start).
    """
    path = Path("/proc/self/clear_refs")
    if path.exists():
        path.write_text("5", "ascii")
