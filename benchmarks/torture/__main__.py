"""`make torture`.

Whole nights and mailings under every fault we can make, with real files and processes; results in
docs/reliability.md.

`python -m benchmarks.torture --rounds 200 --seed 7`. A round that breaks a promise is named with
its seed, and the exit code is 1.
`--only kills disk` runs some families and leaves the page alone; `--small` tries a little of each.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.machine import machine, write_between
from benchmarks.torture import clock, crowd, desk, disk, kills, mail, powercut
from benchmarks.torture.outbox_cuts import outbox_cuts
from benchmarks.torture.rounds import Outcome, prepare
from benchmarks.torture.shim import compiled
from pipeline.config.checkout import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.torture.rounds import Bench

PAGE = CHECKOUT / "docs" / "reliability.md"
_NO_COMPILER = "not tried, no C compiler is installed (gcc)"


def killing(bench: Bench, given: argparse.Namespace, _: Path | None) -> Iterator[Outcome]:
    """Kill -9 at named and random moments."""
    yield kills.every_moment(bench, 0.1 if given.small else 1.0, given.seed)
    yield kills.random_kills(bench, given.rounds, given.seed)
    yield kills.reading_child_kills(bench, max(2, given.rounds // 10), given.seed)


def disks(bench: Bench, given: argparse.Namespace, library: Path | None) -> Iterator[Outcome]:
    """Full and failing disks."""
    yield disk.limited_files(bench)
    yield disk.full_filesystem(bench, 3 if given.small else 8)
    yield (
        disk.failing_calls(bench, library, given.calls, given.seed)
        if library
        else Outcome(f"failing calls: {_NO_COMPILER}")
    )


def power(bench: Bench, given: argparse.Namespace, library: Path | None) -> Iterator[Outcome]:
    """Power cuts."""
    if not library:
        yield Outcome(f"power cuts: {_NO_COMPILER}")
        return
    folder = bench.folder / "power"
    folder.mkdir()
    recording = powercut.recorded(bench, library, folder)
    yield powercut.order(recording)
    yield powercut.cuts(bench, recording, given.cuts, given.seed)


def clocks(bench: Bench, given: argparse.Namespace, library: Path | None) -> Iterator[Outcome]:
    """Wrong clocks."""
    names = tuple(clock.STORIES)[:3] if given.small else tuple(clock.STORIES)
    yield (
        clock.clocks(bench, library, names)
        if library
        else Outcome(f"clock set wrong: {_NO_COMPILER}")
    )


def mails(bench: Bench, given: argparse.Namespace, library: Path | None) -> Iterator[Outcome]:
    """Mail servers that fail, senders that die."""
    post = mail.queued(bench, bench.folder)
    yield mail.failing_server(post, answers=("drop",) if given.small else mail.ANSWERS)
    yield mail.killed_sender(post, max(2, given.rounds // 10), given.seed)
    yield (
        outbox_cuts(post, library, given.seed)
        if library
        else Outcome(f"power cut while mails are sent: {_NO_COMPILER}")
    )


def crowds(bench: Bench, given: argparse.Namespace, _: Path | None) -> Iterator[Outcome]:
    """Many at once."""
    yield crowd.two_at_once(bench, 1 if given.small else 5)
    yield crowd.all_at_once(bench, 1 if given.small else 5)


def desks(bench: Bench, given: argparse.Namespace, _: Path | None) -> Iterator[Outcome]:
    """Attack the desk."""
    yield desk.killed(bench, 2 if given.small else None)
    yield desk.full_disk(bench, 2 if given.small else 8)
    yield desk.idle(bench)
    yield desk.nights_below(bench, 1 if given.small else 3)


FAMILIES: dict[str, Callable[[Bench, argparse.Namespace, Path | None], Iterator[Outcome]]] = {
    "kills": killing, "disk": disks, "power": power, "clock": clocks, "mail": mails,
    "crowd": crowds, "desk": desks,
}  # fmt: skip


def lines_of(outcomes: list[Outcome], seed: int, minutes: float) -> list[str]:
    """Return what the page shows."""
    rows = [f"| {one.fault} | {one.rounds} | {one.cut} | {len(one.broken)} |" for one in outcomes]
    broken = [f"- {one.fault}: {' '.join(text.split())}" for one in outcomes for text in one.broken]
    return [
        f"{machine()}; seed {seed}; {minutes:.0f} min.", "",
        "| fault | rounds | cut short | promises broken |", "|---|---|---|---|", *rows,
        *(["", *broken] if broken else []),
    ]  # fmt: skip


def main() -> int:
    """Run everything, write the page."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument(
        "--rounds", type=int,
        help="random kills (200; a tenth of it for the reading process and the mail sender)",
    )  # fmt: skip
    words.add_argument(
        "--calls", type=int, help="calls that fail, for each kind of call and error (12)"
    )
    words.add_argument("--cuts", type=int, help="moments at which the power is cut (24)")
    words.add_argument("--seed", type=int, default=7)
    words.add_argument("--small", action="store_true", help="a little of each")
    words.add_argument("--only", nargs="+", choices=FAMILIES, default=tuple(FAMILIES))
    words.add_argument("--page", type=Path, default=PAGE)
    given = words.parse_args()
    for name, few, many in (("rounds", 8, 200), ("calls", 2, 12), ("cuts", 3, 24)):
        setattr(given, name, getattr(given, name) or (few if given.small else many))
    began = time.monotonic()
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="torture-", ignore_cleanup_errors=True) as name:
        bench, library = prepare(Path(name)), compiled(Path(name))
        for family in given.only:
            for outcome in FAMILIES[family](bench, given, library):
                outcomes.append(outcome)
                print(f"{(time.monotonic() - began) / 60:6.1f} min  {outcome}", flush=True)
    if tuple(given.only) == tuple(FAMILIES) and not given.small:
        write_between(
            given.page, "torture", lines_of(outcomes, given.seed, (time.monotonic() - began) / 60)
        )
    return int(any(one.broken for one in outcomes))


if __name__ == "__main__":
    sys.exit(main())
