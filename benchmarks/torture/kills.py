"""Kill -9.

At every moment a night passes, at random ones, and only the process that reads the files.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from benchmarks.small_office import pipeline
from benchmarks.torture.rounds import NIGHT, Fault, suffer
from pipeline.config.checkout import CHECKOUT
from pipeline.config.home import command

if TYPE_CHECKING:
    from benchmarks.torture.rounds import Bench, Outcome


def every_moment(bench: Bench, share: float = 1.0, seed: int = 7) -> Outcome:
    """End the process at each moment that a clean night passes.

    Steps, files, models, and between the calls that publish and archive.
    """
    moments = Random(f"moments/{seed}").sample(
        bench.moments, max(1, round(share * len(bench.moments)))
    )
    faults = [Fault(f"at “{name}”", partial(ended_at, name)) for name in moments]
    return suffer(
        bench,
        ("killed at each moment a clean night names (steps, files, models, publishing, archiving)"),
        faults,
    )


def random_kills(bench: Bench, rounds: int, seed: int) -> Outcome:
    """Kill the whole night.

    Two homes at a time share the machine, so a night takes longer than it did alone.
    """
    faults = []
    for number in range(rounds):
        seconds = Random(f"{seed}/{number}").uniform(0, 1.4 * bench.seconds)
        faults.append(Fault(f"seed {seed} round {number}", partial(killed, seconds)))
    return suffer(
        bench, "kill −9 at a random moment of the night, an analyst looking on", faults, watched=4
    )


def reading_child_kills(bench: Bench, rounds: int, seed: int) -> Outcome:
    """Kill only the process that reads the files, as the kernel does when memory runs out."""
    faults = []
    for number in range(rounds):
        seconds = Random(f"child/{seed}/{number}").uniform(0, 0.3)
        faults.append(Fault(f"child, seed {seed} round {number}", partial(child_killed, seconds)))
    return suffer(bench, "kill −9 of the reading process only", faults)


def ended_at(moment: str, home: Path) -> int:
    """Run the night up to a moment; returns its exit code."""
    return pipeline(home, *NIGHT, FAILPOINT_KILL=moment).returncode


def started(home: Path) -> subprocess.Popen[bytes]:
    """Start the night in a process group of its own."""
    return subprocess.Popen(
        command(home, *NIGHT), cwd=CHECKOUT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip


def killed(seconds: float, home: Path) -> int:
    """Kill the night and its reading process after so many seconds; returns its exit code."""
    with started(home) as night:
        time.sleep(seconds)
        if night.poll() is None:
            os.killpg(night.pid, signal.SIGKILL)
    return night.returncode


def child_killed(seconds: float, home: Path) -> int:
    """Kill the reading process so many seconds after it began; returns the night's exit code."""
    with started(home) as night:
        while night.poll() is None and not (children := _readers(night.pid)):
            time.sleep(0.01)
        if night.poll() is None:
            time.sleep(seconds)
            for child in children:
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
    return night.returncode


def _readers(parent: int) -> list[int]:
    """Return the processes that a night started to read files."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            its = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            if int(its) == parent and b"spawn_main" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
    return found
