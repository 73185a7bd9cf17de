"""The checking processes: asked one file at a time; one that dies or hangs costs its file, no other."""

from __future__ import annotations

from queue import Empty, LifoQueue
from typing import TYPE_CHECKING, Any

from web.child import Child

if TYPE_CHECKING:
    from pipeline.config.home import Home

WORKERS = 2
_SECONDS = 300.0  # the reading child inside has its own, shorter limit


class Checker:
    """A few checking processes."""

    def __init__(self, home: Home) -> None:
        # the last one used is warm: the second starts only when two files come at once
        self._free: LifoQueue[Child] = LifoQueue()
        for _ in range(WORKERS):
            self._free.put(Child("web.uploads.worker", home, _SECONDS))

    def start(self) -> None:
        """Start the first process, so that the first upload does not wait for it."""
        worker = self._free.get()
        worker.start()
        self._free.put(worker)

    def check(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the receipt of one file."""
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
