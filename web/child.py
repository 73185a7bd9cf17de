"""A process beside the pages that answers lines of JSON; replaced when it dies, hangs or is worn."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from pipeline.config.checkout import CHECKOUT

if TYPE_CHECKING:
    from pipeline.config.home import Home

_MOST = 200  # answers, then a new process: whatever a library leaked is gone


class Child:
    """One process of a module of ours, asked by one thread at a time."""

    def __init__(self, module: str, home: Home, seconds: float) -> None:
        self._module, self._home, self._seconds = module, home, seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._asked = 0

    def start(self) -> subprocess.Popen[bytes]:
        """Start the process unless one runs that is not worn."""
        if self._process is None or self._process.poll() is not None or self._asked >= _MOST:
            self.stop()
            command = [sys.executable, "-m", self._module, str(self._home.root)]
            # our own module
            self._process = subprocess.Popen(  # noqa: S603
                command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            self._asked = 0
        return self._process

    def ask(self, request: dict[str, Any]) -> dict[str, Any] | None:
        """Return the answer; None when the process died or hung over it."""
        process = self.start()
        self._asked += 1
        assert process.stdin is not None  # noqa: S101 - piped
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            line = _line(process, self._seconds)
        except OSError:
            line = b""
        if not line.endswith(b"\n"):
            self.stop()
            return None
        answer: dict[str, Any] = json.loads(line)
        return answer

    def stop(self) -> None:
        """End the process, whatever it does."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _line(process: subprocess.Popen[bytes], seconds: float) -> bytes:
    """Return the next line of the process, what there is of it when it ends or takes too long."""
    assert process.stdout is not None  # noqa: S101 - piped
    handle, parts, end = process.stdout.fileno(), bytearray(), time.monotonic() + seconds
    while not parts.endswith(b"\n"):
        ready, _, _ = select.select([handle], [], [], max(0.0, end - time.monotonic()))
        piece = os.read(handle, 1 << 16) if ready else b""
        if not piece:
            break
        parts += piece
    return bytes(parts)
