"""A disk that is full or fails.

A real small filesystem, a limit on file sizes, and every n-th call of a kind below the home
failing.
"""

from __future__ import annotations

import errno
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from benchmarks.invariants import fingerprint
from benchmarks.torture.rounds import NIGHT, Fault, Outcome, scratch, stands, suffer
from benchmarks.torture.shim import Shim
from pipeline.config.checkout import CHECKOUT
from pipeline.config.home import command

if TYPE_CHECKING:
    from benchmarks.torture.rounds import Bench

# what a call may meet; 0 is half a write
CALLS = {
    "write": (errno.ENOSPC, errno.EIO, 0), "sync": (errno.EIO,),
    "rename": (errno.EIO, errno.EACCES),
    "open": (errno.EACCES, errno.EIO), "read": (errno.EIO,), "unlink": (errno.EIO,),
}  # fmt: skip
_MEGABYTE = 1 << 20


def limited_files(bench: Bench) -> Outcome:
    """Let no file grow beyond a limit."""
    size = (bench.home / "warehouse.duckdb").stat().st_size
    faults = [
        Fault(f"limit {share:g}", partial(_limited, int(size * share)))
        for share in (0.0, 0.3, 0.9, 1.0, 1.1)
    ]
    return suffer(bench, "no file can grow beyond a limit", faults)


def _limited(most: int, home: Path) -> int:
    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    return subprocess.run(
        command(home, *NIGHT), cwd=CHECKOUT, capture_output=True, preexec_fn=limit, check=False,
    ).returncode  # fmt: skip


def full_filesystem(bench: Bench, steps: int = 6) -> Outcome:
    """Run the night on a filesystem of its own that has so little room left.

    Then with room enough, in the same home.
    """
    outcome = Outcome("the home's filesystem is full (tmpfs)")
    if os.geteuid() or not shutil.which("unshare"):
        outcome.fault += ": not tried, it needs root and unshare"
        return outcome
    used = sum(path.stat().st_size for path in bench.home.rglob("*") if path.is_file())
    build = (bench.home / "warehouse.duckdb").stat().st_size
    for step in range(steps):
        room = int(build * 1.3 * step / (steps - 1)) + 64 * 1024
        with tempfile.TemporaryDirectory(dir=bench.folder) as name:
            done = subprocess.run(
                [
                    "unshare", "-m", sys.executable, "-m", "benchmarks.torture.disk",
                    str(bench.home), name, str(used + room),
                ],
                cwd=CHECKOUT, capture_output=True, text=True, check=False,
            )  # fmt: skip
            outcome.rounds += 1
            outcome.cut += "code 1" in done.stdout
            outcome.broken += [
                f"{room} bytes left: {problem}" for problem in _judged(bench, Path(name), done)
            ]
    return outcome


def _judged(bench: Bench, folder: Path, done: subprocess.CompletedProcess[str]) -> list[str]:
    if done.returncode:
        return [f"the round itself failed: {done.stderr[-300:]}"]
    code = int(done.stdout.rpartition("code ")[2])
    problems = [*stands(bench, folder / "full", code)]
    return problems + (
        [] if fingerprint(folder / "mended") == bench.after else ["the next night's figures differ"]
    )


def small_round(master: Path, folder: Path, size: int) -> int:
    """In a mount namespace of our own.

    The night on a tmpfs of `size` bytes, the home copied to `full`; then with room, to `mended`.
    """
    mount = folder / "disk"
    mount.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", mount], check=True)
    home = Path(shutil.copytree(master, mount / "home"))
    code = subprocess.run(
        command(home, *NIGHT), cwd=CHECKOUT, capture_output=True, check=False
    ).returncode
    shutil.copytree(home, folder / "full")
    subprocess.run(["mount", "-o", f"remount,size={size + 1024 * _MEGABYTE}", mount], check=True)
    subprocess.run(command(home, *NIGHT), cwd=CHECKOUT, capture_output=True, check=False)
    shutil.copytree(home, folder / "mended")
    return code


def failing_calls(bench: Bench, library: Path, most: int, seed: int) -> Outcome:
    """Make the n-th write, fsync, rename, open, read, unlink fail.

    Every n a clean night reaches, or a seeded sample of `most` a kind.
    """
    faults = []
    counts = counted(bench, library)
    for call, codes in CALLS.items():
        for code in codes:
            for number in _numbers(counts[call], most, Random(f"{call}/{code}/{seed}")):
                name = f"{call} {number} {errno.errorcode.get(code, 'short')}"
                faults.append(Fault(name, partial(failing, library, call, number, code)))
    made = ", ".join(f"{counts[call]} {call}s" for call in CALLS)
    return suffer(bench, f"the n-th call below the home fails (a clean night makes {made})", faults)


def _numbers(count: int, most: int, rng: Random) -> list[int]:
    """Return which calls fail.

    The last ones, which publish and archive, and a sample of those before.
    """
    late = range(max(1, count + 1 - most // 2), count + 1)
    early = range(1, late.start)
    return sorted([*late, *rng.sample(early, min(most - len(late), len(early)))])


def counted(bench: Bench, library: Path) -> dict[str, int]:
    """Return how many calls of each kind a clean night makes."""
    with scratch(bench) as home:
        shim = Shim(library, home, home.parent / "shim")
        # counting reads needs READ to be chosen
        subprocess.run(
            command(home, *NIGHT), cwd=CHECKOUT, env=shim.env(CALL="read", NTH=0),
            capture_output=True, check=False,
        )  # fmt: skip
        return shim.calls()


def failing(library: Path, call: str, number: int, code: int, home: Path) -> int:
    """Run the night with one call failing; returns its exit code."""
    shim = Shim(library, home, Path(tempfile.mkdtemp(dir=home.parent)))
    env = shim.env(CALL=call, NTH=number, HOW=code)
    return subprocess.run(
        command(home, *NIGHT), cwd=CHECKOUT, env=env, capture_output=True, check=False
    ).returncode


if __name__ == "__main__":
    print("code", small_round(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
