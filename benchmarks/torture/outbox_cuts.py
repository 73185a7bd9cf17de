"""Power cuts while mails are sent.

A mail whose DATA may have left must not be found as `queued`, or it would be sent again.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from benchmarks.torture.mail import LOGIN, point_at, server
from benchmarks.torture.powercut import Call, Disk, Recording, disk_before
from benchmarks.torture.rounds import Outcome
from benchmarks.torture.shim import Shim
from pipeline.config.checkout import CHECKOUT
from pipeline.config.home import command

if TYPE_CHECKING:
    from benchmarks.torture.mail import Post

_LUCKS = 4


def outbox_cuts(post: Post, library: Path, seed: int) -> Outcome:
    """Send once under the shim, then look at the outbox as every cut would leave it."""
    outcome = Outcome("power cut while mails are sent (every call on the outbox)")
    with tempfile.TemporaryDirectory(dir=post.home.parent) as name:
        recording, moments = _sent(post, library, Path(name))
        noted = f"{recording.home}/output/moments"
        disk, sending, passed = disk_before(recording), 0, 0
        for at, call in enumerate(recording.calls):
            disk.do(call)
            if call == Call("write", noted):
                sending += moments[passed] == "mail_sending"
                passed += 1
            # a write alone changes nothing that lasts
            if call.path == noted or (
                call.op != "write" and ("outbox" in call.path or call.path == str(recording.home))
            ):
                for luck in range(_LUCKS):
                    rng = Random(f"{seed}/{at}/{luck}") if luck else None
                    outcome.rounds += 1
                    outcome.cut += 1
                    if (
                        gone := _not_queued(disk, rng, recording.home, Path(name) / f"{at} {luck}")
                    ) < sending:
                        outcome.broken.append(
                            f"after call {at}: {sending} mail(s) may be out, but only "
                            f"{gone} left the queue"
                        )
    return outcome


def _sent(post: Post, library: Path, folder: Path) -> tuple[Recording, list[str]]:
    home = Path(shutil.copytree(post.home, folder / "home"))
    shim, moments = Shim(library, home, folder / "shim"), home / "output" / "moments"
    with server("none", "", folder / "in") as port:
        point_at(home, port, folder / "in")
        env = {**os.environ, **shim.env(trace=True), **LOGIN, "FAILPOINT_LOG": str(moments)}
        subprocess.run(
            command(home, "mail", "flush"), cwd=CHECKOUT, env=env, capture_output=True, check=True
        )
    calls = [Call(*line.split("\t")) for line in shim.trace.read_text("utf-8").splitlines()]
    return Recording(home, post.home, calls), moments.read_text("utf-8").splitlines()


def _not_queued(disk: Disk, rng: Random | None, home: Path, folder: Path) -> int:
    """Return how many mails the outbox, opened after a cut, holds in another state than `queued`."""
    folder.mkdir()
    for name, number in disk.found(rng).items():
        if name.startswith(f"{home}/outbox.sqlite"):
            content = disk.content[number]
            (folder / Path(name).name).write_bytes(content.read_bytes() if content else b"")
    with closing(sqlite3.connect(folder / "outbox.sqlite")) as con:
        return int(con.execute("select count(*) from mail where state <> 'queued'").fetchone()[0])
