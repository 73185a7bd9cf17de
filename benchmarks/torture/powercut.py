"""Power cuts, from what shim.c noted of a night.

The order of its calls, and the disk as it would be found after each of them.

The model is harsher than a journalling filesystem: content lasts from its fsync on (what was never
fsynced is found empty), a name from
its folder's fsync on, and each change of a name without one may have happened or not, whatever came
before or after it. Renames are atomic.
"""

from __future__ import annotations

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from benchmarks.torture.rounds import NIGHT, WELL, Outcome, drilled, recovers, scratch
from benchmarks.torture.shim import Shim
from pipeline.config.checkout import CHECKOUT
from pipeline.config.home import command

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.torture.rounds import Bench

# made anew by every night, or of no consequence
_PASSING = (".build", ".cache", "output")


@dataclass(frozen=True)
class Call:
    """One noted call: create, write, sync, rename, unlink or mkdir.

    `more` is the new name, or the content kept at a sync.
    """

    op: str
    path: str
    more: str = ""


@dataclass
class Disk:
    """Keeps what a disk holds: names, and each file's content as last synced.

    Names (folder, name) lead to a file number; the content is a kept copy's path. `pending` names
    may yet be lost.
    """

    names: dict[str, int] = field(default_factory=dict)
    content: dict[int, Path | None] = field(default_factory=dict)
    folders: set[int] = field(default_factory=set)
    live: dict[str, int] = field(default_factory=dict)
    pending: list[tuple[frozenset[str], dict[str, int | None]]] = field(default_factory=list)

    def do(self, call: Call) -> None:
        """Take one call in."""
        if call.op in ("create", "mkdir"):
            self.live[call.path] = number = len(self.content)
            self.content[number] = None
            if call.op == "mkdir":
                self.folders.add(number)
            self._change({call.path: number})
        elif call.op == "rename":
            number = self.live.pop(call.path)
            inner = {
                path: self.live.pop(path)
                for path in list(self.live)
                if path.startswith(call.path + "/")
            }
            self.live[call.more] = number
            self.live |= {call.more + path[len(call.path) :]: one for path, one in inner.items()}
            self._change({call.path: None, call.more: number})
        elif call.op == "unlink":
            self.live.pop(call.path, None)
            self._change({call.path: None})
        elif call.op == "sync" and call.more:
            self.content[self.live[call.path]] = Path(call.more)
        elif call.op == "sync":
            self._settle(call.path)

    def _change(self, names: dict[str, int | None]) -> None:
        self.pending.append((frozenset(path.rpartition("/")[0] for path in names), names))

    def _settle(self, folder: str) -> None:
        """Make the changes of a folder last; a rename is atomic, so its other folder has it too."""
        for folders, names in [change for change in self.pending if folder in change[0]]:
            _apply(self.names, names)
            self.pending.remove((folders, names))

    def found(self, rng: Random | None) -> dict[str, int]:
        """Return the names found after a cut: without those pending, or with a random part of them."""
        names = dict(self.names)
        for _, change in self.pending:
            if rng and rng.random() < 0.5:
                _apply(names, change)
        return names


def _apply(names: dict[str, int], change: Mapping[str, int | None]) -> None:
    for path, number in change.items():
        if number is None:
            names.pop(path, None)
        else:
            names[path] = number


@dataclass(frozen=True)
class Recording:
    """A night's calls, and the disk before it."""

    home: Path
    start: Path
    calls: list[Call]

    @property
    def publishing(self) -> int:
        """How many calls come before the rename that publishes."""
        found = (
            call.op == "rename" and call.more.endswith("/warehouse.duckdb") for call in self.calls
        )
        return list(found).index(True)


def recorded(bench: Bench, library: Path, folder: Path) -> Recording:
    """Run the night once under the shim, in a copy of the master home."""
    home = Path(shutil.copytree(bench.home, folder / "home"))
    shim = Shim(library, home, folder / "shim")
    done = subprocess.run(
        command(home, *NIGHT), cwd=CHECKOUT, env=shim.env(trace=True), capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    if done.returncode not in WELL:
        raise SystemExit(done.stdout + done.stderr)
    calls = [Call(*line.split("\t")) for line in shim.trace.read_text("utf-8").splitlines()]
    return Recording(home, bench.home, calls)


def disk_before(recording: Recording) -> Disk:
    """Return the disk with everything of the home on it, as the night found it."""
    disk = Disk()
    for number, path in enumerate(sorted(recording.start.rglob("*"))):
        name = str(recording.home / path.relative_to(recording.start))
        disk.names[name] = disk.live[name] = number
        disk.content[number] = path if path.is_file() else None
        if path.is_dir():
            disk.folders.add(number)
    return disk


class Order:
    """Follows the calls of a night.

    Keeps what came too early in `broken`, and what is not on disk yet in `waiting`.
    """

    def __init__(self, home: Path) -> None:
        self.home = str(home)
        self.broken: list[str] = []
        self.waiting: set[str] = set()
        self._synced: set[str] = set()
        # what came out of the inbox may wait for the folder's fsync together
        self._leaving: set[str] = set()

    def see(self, call: Call) -> None:
        """Judge the next call."""
        if call.op == "sync":
            self._synced.add(call.path)
            self.waiting = {name for name in self.waiting if name.rpartition("/")[0] != call.path}
        elif call.op in ("create", "write"):
            self._synced.discard(call.path)
        elif call.op == "mkdir" and not self._is(call.path, *_PASSING):
            self.waiting.add(call.path)
        elif call.op == "rename" and not self._is(call.more, *_PASSING):
            self._rename(call)
        elif call.op == "unlink" and self._is(call.path, "inbox") and self.waiting:
            self.broken.append(f"{call.path}: deleted before {min(self.waiting)} was on disk")

    def _rename(self, call: Call) -> None:
        if call.path not in self._synced:
            self.broken.append(f"{call.more}: renamed before its content was on disk")
        if self._is(call.path, "inbox"):
            if early := self.waiting - self._leaving:
                self.broken.append(f"{call.path}: left the inbox before {min(early)} was on disk")
            self._leaving.add(call.more)
        self.waiting.add(call.more)

    def _is(self, path: str, *folders: str) -> bool:
        return any(
            path == f"{self.home}/{folder}" or path.startswith(f"{self.home}/{folder}/")
            for folder in folders
        )


def broken_order(calls: list[Call], home: Path) -> list[str]:
    """Return what came too early, or has no fsync of its folder after it.

    A file is renamed into place only when its content is on disk; it leaves the inbox only when the
    night, its note and the folders are.
    """
    order = Order(home)
    for call in calls:
        order.see(call)
    return order.broken + [f"{name}: its folder was never synced" for name in sorted(order.waiting)]


def order(recording: Recording) -> Outcome:
    """Judge the order of a clean night's calls."""
    syncs = sum(call.op == "sync" for call in recording.calls)
    outcome = Outcome(
        f"order of the calls of a clean night ({len(recording.calls)} noted, {syncs} fsyncs)", 1
    )
    outcome.broken += broken_order(recording.calls, recording.home)
    return outcome


def cuts(bench: Bench, recording: Recording, rounds: int, seed: int) -> Outcome:
    """Cut the power at moments of the recorded night, and run the next night.

    Most of the moments are those while it publishes and archives.
    """
    outcome = Outcome(
        "power cut (the disk as its fsyncs left it, unsynced names lost or lost by chance)"
    )
    cases = [(at, lucky) for at in _moments(recording, rounds, seed) for lucky in (False, True)]
    with ThreadPoolExecutor(2) as pool:
        for broken in pool.map(lambda case: cut(bench, recording, case[0], case[1], seed), cases):
            outcome.rounds += 1
            outcome.broken += broken
    outcome.cut = outcome.rounds
    return outcome


def cut(bench: Bench, recording: Recording, at: int, lucky: bool, seed: int) -> list[str]:
    """Find the disk as it is after the first `at` calls and a cut; returns the promises broken."""
    disk = disk_before(recording)
    for call in recording.calls[:at]:
        disk.do(call)
    with scratch(bench) as home:
        shutil.rmtree(home)
        write(disk, disk.found(Random(f"{seed}/{at}") if lucky else None), recording.home, home)
        problems = [*recovers(bench, home), *drilled(home)]
    return [
        f"seed {seed} after call {at}{' with luck' if lucky else ''}: {one}" for one in problems
    ]


def _moments(recording: Recording, rounds: int, seed: int) -> list[int]:
    """Return numbers of calls to cut after.

    One in four anywhere, the others from the publishing on.
    """
    calls, publishing = recording.calls, recording.publishing
    late = range(publishing - 3, len(calls) + 1)
    rng = Random(f"cuts/{seed}")
    return sorted(
        {
            *rng.sample(late, min(len(late), rounds - rounds // 4)),
            *rng.sample(range(1, publishing), rounds // 4),
        }
    )


def write(disk: Disk, names: Mapping[str, int], was: Path, home: Path) -> None:
    """Write what was found into a new home; a name whose folder is lost is lost with it."""
    home.mkdir()
    for name, number in sorted(names.items()):
        target, content = home / Path(name).relative_to(was), disk.content[number]
        if not target.parent.is_dir():
            continue
        if number in disk.folders:
            target.mkdir()
        elif content:
            shutil.copy2(content, target)
        else:
            target.touch()
