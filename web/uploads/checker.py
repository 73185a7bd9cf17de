"""The checking process.

Started once, given one file at a time, replaced when it dies, hangs or has grown.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from queue import Empty, LifoQueue
from typing import TYPE_CHECKING, Any

from pipeline.config.checkout import CHECKOUT

if TYPE_CHECKING:
    from pipeline.config.home import Home

WORKERS = 2
_SECONDS = 300.0  # the reading child inside has its own, shorter limit
_MOST_FILES = 200  # then a new process: whatever a parser leaked is gone


class Checker:
    """A few checking processes; `check` waits for a free one."""

    def __init__(self, home: Home) -> None:
        # the last one used is warm: the second starts only when two files come at once
        self._free: LifoQueue[_Worker] = LifoQueue()
        for _ in range(WORKERS):
            self._free.put(_Worker(home))

    def start(self) -> None:
        """Start the first process, so that the first upload does not wait for it."""
        worker = self._free.get()
        worker.start()
        self._free.put(worker)

    def check(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the receipt of one file; a process that dies or hangs costs this file, no other."""
        worker = self._free.get()  # at most WORKERS ask at once: `upload` sees to it
        try:
            return worker.ask(request) or worker.ask(request) or _failed()
        finally:
            worker.start()  # one that died or is worn is replaced before the next file comes
            self._free.put(worker)

    def close(self) -> None:
        """End the processes."""
        while True:
            try:
                self._free.get_nowait().stop()
            except Empty:
                return


class _Worker:
    def __init__(self, home: Home) -> None:
        self._home = home
        self._process: subprocess.Popen[bytes] | None = None
        self._asked = 0

    def start(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None or self._asked >= _MOST_FILES:
            self.stop()
            command = [sys.executable, "-m", "web.uploads.worker", str(self._home.root)]
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
            line = _line(process)
        except OSError:
            line = b""
        if not line.endswith(b"\n"):
            self.stop()
            return None
        answer: dict[str, Any] = json.loads(line)
        return answer

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _line(process: subprocess.Popen[bytes]) -> bytes:
    """Return the next line of the process, what there is of it when it ends or takes too long."""
    assert process.stdout is not None  # noqa: S101 - piped
    handle, parts, end = process.stdout.fileno(), bytearray(), time.monotonic() + _SECONDS
    while not parts.endswith(b"\n"):
        ready, _, _ = select.select([handle], [], [], max(0.0, end - time.monotonic()))
        piece = os.read(handle, 1 << 16) if ready else b""
        if not piece:
            break
        parts += piece
    return bytes(parts)


def _failed() -> dict[str, Any]:
    zh = "检查时出错，这份文件没有收下。请在Excel中另存为.xlsx后重新提交；仍不行请交给宣传处。"
    return {
        "status": "refused",
        "reason_zh": zh,
        "layouts": [],
        "refused": [],
        "warnings": [],
        "matches": {},
    }
