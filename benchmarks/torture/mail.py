"""Mails against a server that fails at each step, and a sender killed at each moment.

No key is taken twice, no `unknown` is sent again.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from benchmarks.small_office import CONFIG, pipeline
from benchmarks.torture.crowd import REPORT
from benchmarks.torture.rounds import Outcome
from benchmarks.torture.smtp_server import PASSWORD, USER
from pipeline.config.checkout import CHECKOUT
from pipeline.config.home import command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.torture.rounds import Bench

STEPS = ("CONNECT", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "TAKEN", "QUIT")
ANSWERS = ("421", "450", "550", "554", "drop", "hang")
LOGIN = {"PIPELINE_MAIL_PASSWORD": PASSWORD}
_TIMEOUT = 3


@dataclass(frozen=True)
class Post:
    """A home with mails queued and due, and the moments that sending them passes."""

    home: Path
    moments: tuple[str, ...] = ()


def queued(bench: Bench, folder: Path) -> Post:
    """Queue the weekly report for two recipients with nobody there to take it, and make it due."""
    home = Path(shutil.copytree(bench.home, folder / "post"))
    done = pipeline(home, *REPORT, "--send")
    if done.returncode != 3:
        raise SystemExit(f"queueing ends with {done.returncode}: {done.stdout}{done.stderr}")
    _make_due(home)
    noted = folder / "mail moments"
    with copied(home) as clean, server("none", "", clean.parent / "in") as port:
        send(clean, port, clean.parent / "in", FAILPOINT_LOG=str(noted))
    return Post(home, tuple(dict.fromkeys(noted.read_text("utf-8").splitlines())))


@contextmanager
def copied(home: Path) -> Iterator[Path]:
    """Give a copy of a home for one round."""
    with tempfile.TemporaryDirectory(dir=home.parent, ignore_cleanup_errors=True) as name:
        yield Path(shutil.copytree(home, Path(name) / "home"))


@contextmanager
def server(step: str, answer: str, folder: Path) -> Iterator[int]:
    """Run the server until the block ends; gives its port."""
    words = [sys.executable, "-m", "benchmarks.torture.smtp_server", step, answer, str(folder)]
    with subprocess.Popen(
        words, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def point_at(home: Path, port: int, folder: Path) -> None:
    """Write the server into the home's settings."""
    to = (
        f'host = "localhost"\nport = {port}\nuser = "{USER}"\nca_file = "{folder / "ca.pem"}"\n'
        f"timeout_seconds = {_TIMEOUT}\n"
    )
    before = CONFIG.partition("host = ")[0]
    (home / "pipeline.toml").write_text(before + to, "utf-8")


def send(home: Path, port: int, folder: Path, **env: str) -> int:
    """Send what is queued."""
    point_at(home, port, folder)
    return pipeline(home, "mail", "flush", **LOGIN, **env).returncode


def states(home: Path) -> dict[str, str]:
    """Return each mail's state by Message-ID."""
    with closing(sqlite3.connect(home / "outbox.sqlite")) as con:
        return dict(con.execute("select message_id, state from mail").fetchall())


def taken(*folders: Path) -> Counter[str]:
    """Return how often each Message-ID was taken by the servers."""
    mails = [path.read_bytes() for folder in folders for path in folder.glob("*.eml")]
    return Counter(str(message_from_bytes(mail)["Message-ID"]).strip() for mail in mails)


def _make_due(home: Path) -> None:
    with closing(sqlite3.connect(home / "outbox.sqlite")) as con:
        con.execute("update mail set next_at = queued_at where state = 'queued'")
        con.commit()


def judged(home: Path, first: Path, strike: Callable[[], object]) -> Iterator[str]:
    """Strike, then send again to a healthy server; yield the promises broken."""
    strike()
    # what a dead sender was sending is settled as unknown by the next one, before it sends anything
    unsure = {mail for mail, state in states(home).items() if state in ("unknown", "sending")}
    second = first.with_name("again")
    _make_due(home)
    with server("none", "", second) as port:
        send(home, port, second)
    end, count = states(home), taken(first, second)
    for mail, state in end.items():
        if count[mail] > 1:
            yield f"{mail} was taken {count[mail]} times"
        if state == "sent" and not count[mail]:
            yield f"{mail} is noted as sent, but no server has it"
        if mail in unsure and (taken(second)[mail] or state != "unknown"):
            yield f"{mail} was unknown and is {state}, sent again by itself"
        if state in ("queued", "sending"):
            yield f"{mail} is still {state} after a healthy server was there"


def failing_server(
    post: Post, steps: tuple[str, ...] = STEPS, answers: tuple[str, ...] = ANSWERS
) -> Outcome:
    """Try every step with every answer, two homes at a time."""
    outcome = Outcome(f"mail server failing at {', '.join(steps)} with {', '.join(answers)}")

    def one(case: tuple[str, str]) -> list[str]:
        with copied(post.home) as home:
            first = home.parent / "in"
            with server(*case, first) as port:
                problems = list(judged(home, first, lambda: send(home, port, first)))
            return [f"{' '.join(case)}: {problem}" for problem in problems]

    with ThreadPoolExecutor(2) as pool:
        for problems in pool.map(one, [(step, answer) for step in steps for answer in answers]):
            outcome.rounds += 1
            outcome.broken += problems
    outcome.cut = outcome.rounds
    return outcome


def killed_sender(post: Post, rounds: int, seed: int) -> Outcome:
    """End the sender at each moment it passes, and at random ones."""
    outcome = Outcome("mail sender killed at each moment it names, and at random ones")
    for case in [*post.moments, *range(rounds)]:
        with copied(post.home) as home:
            first = home.parent / "in"
            with server("none", "", first) as port:
                strike: Callable[[], object]
                if isinstance(case, str):
                    strike = partial(send, home, port, first, FAILPOINT_KILL=case)
                else:
                    seconds = Random(f"{seed}/{case}").uniform(0.5, 3)
                    strike = partial(_killed, home, port, first, seconds)
                problems = list(judged(home, first, strike))
            outcome.rounds += 1
            outcome.cut += 1
            outcome.broken += [
                f"{case if isinstance(case, str) else f'seed {seed} round {case}'}: {one}"
                for one in problems
            ]
    return outcome


def _killed(home: Path, port: int, folder: Path, seconds: float) -> None:
    point_at(home, port, folder)
    with subprocess.Popen(
        command(home, "mail", "flush"), cwd=CHECKOUT, env={**os.environ, **LOGIN},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    ) as sender:  # fmt: skip
        time.sleep(seconds)
        if sender.poll() is None:
            os.killpg(sender.pid, signal.SIGKILL)
