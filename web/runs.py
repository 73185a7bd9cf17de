"""Start the same commands as the shell, as processes of their own; follow their output."""

from __future__ import annotations

import fcntl
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from pipeline.config.checkout import CHECKOUT
from web.refusal import Refusal

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.config.home import Home

_LONGEST_LOG = 200_000
_KEPT_LOGS = 20


def is_running(home: Home) -> bool:
    """Return whether a run holds the home's lock, whoever started it."""
    try:
        with home.lock.open("r") as handle:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return False
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True


class Runs:
    """Commands that this desk started; their output is in <home>/desk/runs/."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self.folder = home.root / "desk" / "runs"
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._started: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, *words: str) -> str:
        """Start `pipeline WORDS` and return its id; Refusal 409 while the same command still runs."""
        self._reap()
        kind = words[0]
        if any(name.startswith(f"{kind}-") for name in self._started):
            raise Refusal(409, "正在进行，请等它结束。", f"{kind} is running already")
        name = f"{kind}-{time.strftime('%Y%m%dT%H%M%S')}-{time.monotonic_ns() % 1000:03}"
        command = [sys.executable, "-u", "-m", "pipeline", "--home", str(self._home.root), *words]
        with self.log_path(name).open("xb") as log:
            self._started[name] = subprocess.Popen(  # noqa: S603 - our own command line
                command,
                cwd=CHECKOUT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._sweep()
        return name

    def state(self, name: str) -> tuple[bool, int | None]:
        """Return whether a command still runs, and its exit code when it has ended here."""
        process = self._started.get(name)
        code = process.poll() if process else None
        if process is not None and code is not None:
            self.log_path(name).with_suffix(".code").write_text(str(code), "ascii")
        done = self.log_path(name).with_suffix(".code")
        return (process is not None and code is None), (
            int(done.read_text("ascii")) if done.exists() else None
        )

    def newest(self) -> str | None:
        """Return the id of the newest command."""
        names = sorted(
            (path.stem for path in self.folder.glob("*.log")),
            key=lambda name: name.partition("-")[2],
        )
        return names[-1] if names else None

    def text(self, name: str) -> str:
        """Return the end of a command's output."""
        path = self.log_path(name)
        if not path.is_file():
            return ""
        with path.open("rb") as stream:
            size = path.stat().st_size
            stream.seek(max(0, size - _LONGEST_LOG))
            return stream.read().decode("utf-8", "replace")

    def log_path(self, name: str) -> Path:
        """Return the file of a command's output; names that are none lead nowhere."""
        plain = "".join(sign for sign in name if sign.isascii() and (sign.isalnum() or sign == "-"))
        return self.folder / f"{plain}.log"

    def _reap(self) -> None:
        for name in list(self._started):
            running, _ = self.state(name)
            if not running:
                del self._started[name]

    def _sweep(self) -> None:
        for path in sorted(self.folder.glob("*.log"), key=lambda one: one.stat().st_mtime)[
            :-_KEPT_LOGS
        ]:
            path.unlink(missing_ok=True)
            path.with_suffix(".code").unlink(missing_ok=True)
