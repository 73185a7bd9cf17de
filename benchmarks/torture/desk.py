"""The desk under attack.

Killed at every moment of an upload, on a full disk, among a thousand idle connections, with a
night and a rebuild below it.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from benchmarks.invariants import ORDER, Fingerprint, contents, differences, fingerprint
from benchmarks.small_office import SECOND, pipeline
from benchmarks.torture.rounds import NIGHT, WELL, Outcome, scratch
from pipeline.config.checkout import CHECKOUT
from pipeline.config.home import command
from tests.support.desk import add_people, log_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.torture.rounds import Bench

_NAME, _FOLDER = "交来的.csv", "side"
_PAGES = ("/", "/board", "/owed", "/todo", "/upload", "/runs", "/healthz")
_MEGABYTE = 1 << 20
_OTHERWISE = (*ORDER, "modified_at")  # when and in what order the files came
_IDLE = 1_000
_KILLED = 137


def export() -> bytes:
    """Return the export that is handed in: June's followers of the side account, restated."""
    lines = [f"2023-06-{day:02},70,5,65,{30_000 + 65 * day}" for day in range(1, 31)]
    head = "时间,新关注人数,取消关注人数,净增关注人数,累积关注人数"
    return "\n".join([head, *lines, ""]).encode()


@contextmanager
def serving(home: Path, **env: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run the desk; gives its address and its process."""
    with subprocess.Popen(command(home, "serve", "--port", "0"), cwd=CHECKOUT,
        env={**os.environ, **env}, stdout=subprocess.PIPE, text=True) as process:  # fmt: skip
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        try:
            yield process.stdout.readline().split()[0].rstrip("/"), process
        finally:
            process.terminate()
            process.wait(30)


def hand_in(base: str, folder: Path) -> None:
    """Hand the export in as the office does: upload, receipt, submit. An exception when refused."""
    path = folder / _NAME
    path.write_bytes(export())
    office = log_in(base, "office1")
    receipt = office.hand_in(path)
    if receipt["state"] == "received":
        answer = office.post(f"/api/files/{receipt['sha256']}/submit", json={"source": _FOLDER})
        if answer.status_code != 200:
            raise RuntimeError(f"submit: {answer.status_code} {answer.text[:200]}")


def with_people(bench: Bench, folder: Path) -> Path:
    """Return a copy of the home whose desk has users."""
    home = Path(shutil.copytree(bench.home, folder / "home"))
    add_people(home)
    return home


def wanted(bench: Bench) -> Fingerprint:
    """Return what the night makes of the home when the export lies in the inbox."""
    with scratch(bench) as home:
        (home / "inbox" / _FOLDER / _NAME).write_bytes(export())
        done = pipeline(home, *NIGHT)
        if done.returncode not in WELL:
            raise SystemExit(done.stdout + done.stderr)
        return fingerprint(home, *_OTHERWISE)


def moments(bench: Bench) -> tuple[str, ...]:
    """Return the moments that an upload passes."""
    with tempfile.TemporaryDirectory(dir=bench.folder) as name:
        home, noted = with_people(bench, Path(name)), Path(name) / "moments"
        with serving(home, FAILPOINT_LOG=str(noted)) as (base, _):
            hand_in(base, Path(name))
        lines = noted.read_text("utf-8").splitlines()
    return tuple(dict.fromkeys(line for line in lines if line.startswith("desk: ")))


def killed(bench: Bench, most: int | None = None) -> Outcome:
    """End the desk at each moment of an upload; hand the file in again; the night loads it once."""
    outcome, right = Outcome("desk killed at each moment of an upload"), wanted(bench)
    for moment in moments(bench)[:most]:
        with tempfile.TemporaryDirectory(dir=bench.folder) as name:
            home = with_people(bench, Path(name))
            with serving(home, FAILPOINT_KILL=moment) as (base, process):
                with suppress(requests.RequestException):
                    hand_in(base, Path(name))
                process.wait(60)
            outcome.rounds += 1
            outcome.cut += process.returncode == _KILLED
            problems = [*_halves(home)]
            with serving(home) as (base, _):
                hand_in(base, Path(name))
            problems += [*_halves(home), *_night(home, right)]
        outcome.broken += [f"at “{moment}”: {problem}" for problem in problems]
    return outcome


def _halves(home: Path) -> Iterator[str]:
    """Yield the files of the inbox that the night would take and that are not whole."""
    for path in (home / "inbox" / _FOLDER).glob(f"{Path(_NAME).stem}*"):
        if path.read_bytes() != export():
            yield f"{path.name} in the inbox is not what was handed in"


def _night(home: Path, right: Fingerprint) -> Iterator[str]:
    """Yield what is wrong after the night: other figures, or a file left behind."""
    done = pipeline(home, *NIGHT)
    if done.returncode not in WELL:
        yield f"the night ends with {done.returncode}: {done.stdout[-200:]}{done.stderr[-200:]}"
        return
    if tables := differences(fingerprint(home, *_OTHERWISE), right):
        yield f"the night's figures differ: {', '.join(tables[:3])}"
    if left := contents(home / "inbox"):
        yield f"{len(left)} file(s) are left in the inbox"


def idle(bench: Bench) -> Outcome:
    """Hand a file in while a thousand clients say nothing, or half a request."""
    outcome, problems = Outcome(f"desk with {_IDLE:,} idle connections"), list[str]()
    with tempfile.TemporaryDirectory(dir=bench.folder) as name:
        home = with_people(bench, Path(name))
        with serving(home) as (base, _), ExitStack() as lines:
            host, port = base.removeprefix("http://").split(":")
            for number in range(_IDLE):
                line = lines.enter_context(socket.create_connection((host, int(port)), 30))
                if number % 2:
                    line.sendall(b"POST /api/files HTTP/1.1\r\nHost: local")
            problems += _tried(base, Path(name))
        outcome.rounds = 1
        outcome.broken = [*problems, *_night(home, wanted(bench))]
    return outcome


def _tried(base: str, folder: Path) -> list[str]:
    try:
        hand_in(base, folder)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told
        return [f"handing in: {type(error).__name__}: {error}"]
    return []


def nights_below(bench: Bench, rounds: int) -> Outcome:
    """Read pages and hand a file in while a night, then a rebuild, replaces the warehouse."""
    outcome, right = Outcome("desk with a night and a rebuild below it"), wanted(bench)
    for number in range(rounds):
        problems: list[str] = []
        with tempfile.TemporaryDirectory(dir=bench.folder) as name:
            home = with_people(bench, Path(name))
            with serving(home) as (base, _):
                problems += _tried(base, Path(name))
                for words in (NIGHT, ("rebuild", "--as-of", SECOND)):
                    problems += _read_while(base, home, words)
            outcome.rounds += 1
            problems += [*_night(home, right)]
        outcome.broken += [f"round {number}: {problem}" for problem in problems]
    return outcome


def _read_while(base: str, home: Path, words: tuple[str, ...]) -> Iterator[str]:
    """Read all pages over and over while a command runs; yield answers that are none."""
    office = log_in(base, "office1")
    with subprocess.Popen(command(home, *words), cwd=CHECKOUT, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL) as running:  # fmt: skip
        while running.poll() is None:
            for path in _PAGES:
                if (status := office.page(path).status_code) != 200:
                    yield f"{path} answers {status} while `{words[0]}` runs"
    if running.returncode not in WELL:
        yield f"`{words[0]}` below the desk ends with {running.returncode}"


def full_disk(bench: Bench, steps: int) -> Outcome:
    """Hand a file in on a disk with so little room; then with room, in the same home."""
    outcome = Outcome("desk on a full disk (tmpfs)")
    if os.geteuid() or not shutil.which("unshare"):
        outcome.fault += ": not tried, it needs root and unshare"
        return outcome
    right = wanted(bench)
    for step in range(steps):
        room = 2048 * step * step
        with tempfile.TemporaryDirectory(dir=bench.folder) as name:
            words = [str(bench.home), name, str(room)]
            done = subprocess.run(
                ["unshare", "-m", sys.executable, "-m", "benchmarks.torture.desk", *words],
                cwd=CHECKOUT, capture_output=True, text=True, check=False,
            )  # fmt: skip
            outcome.rounds += 1
            outcome.cut += "refused" in done.stdout
            problems = (
                [f"the round itself failed: {done.stderr[-400:]}"]
                if done.returncode
                else [line for line in done.stdout.splitlines() if line.startswith("broken ")]
                or [*_night(Path(name) / "mended", right)]
            )
        outcome.broken += [f"{room} bytes left: {problem}" for problem in problems]
    return outcome


def full_round(master: Path, folder: Path, room: int) -> Iterator[str]:
    """In a mount namespace of our own: an upload with `room` bytes left, then one with enough."""
    mount = folder / "disk"
    mount.mkdir()
    size = 400 * _MEGABYTE
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", mount], check=True)
    home = Path(shutil.copytree(master, mount / "home"))
    add_people(home)
    ballast = mount / "ballast"
    with serving(home) as (base, process):
        office = log_in(base, "office1")
        with ballast.open("wb") as stream, suppress(OSError):
            while True:
                stream.write(b"\0" * _MEGABYTE)
                stream.flush()
        os.truncate(ballast, max(0, ballast.stat().st_size - room))
        source = folder / _NAME
        source.write_bytes(export())
        with source.open("rb") as stream:
            answer = office.post("/api/files", files={"file": (_NAME, stream)})
        if answer.status_code == 200:
            path = f"/api/files/{answer.json()[0]['sha256']}/submit"
            answer = office.post(path, json={"source": _FOLDER})
        yield "taken" if answer.status_code == 200 else f"refused {answer.status_code}"
        if answer.status_code != 200 and "error_zh" not in answer.text:
            yield f"broken the answer {answer.status_code} is no sentence: {answer.text[:200]}"
        yield from (f"broken {problem}" for problem in _halves(home))
        if process.poll() is not None or office.page("/healthz").status_code != 200:
            yield "broken the desk does not answer any more"
        ballast.unlink()
        hand_in(base, folder)
    shutil.copytree(home, folder / "mended")


if __name__ == "__main__":
    for said in full_round(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])):
        print(said)
