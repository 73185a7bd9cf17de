"""Ask a query of a process that can be killed."""

from __future__ import annotations

from base64 import b64decode
from queue import Empty, LifoQueue
from typing import TYPE_CHECKING

from web.child import Child
from web.queries.worker import SECONDS
from web.refusal import Refusal

if TYPE_CHECKING:
    from pipeline.config.home import Home

AT_ONCE = 3
_GRACE = 4.0  # seconds: opening the warehouse, writing the answer


class Queries:
    """A few processes, started when they are needed."""

    def __init__(self, home: Home) -> None:
        self._free: LifoQueue[Child] = LifoQueue()
        for _ in range(AT_ONCE):
            self._free.put(Child("web.queries.worker", home, SECONDS + _GRACE))

    def start(self) -> None:
        """Start a process, unless all are busy, without waiting for it."""
        try:
            child = self._free.get_nowait()
        except Empty:
            return
        child.start()
        self._free.put(child)

    def answer(self, sql: str, form: str) -> bytes:
        """Return the answer as json, csv or xlsx; Refusal says what is wrong with the query."""
        child = self._free.get()  # at most AT_ONCE ask at once: the page sees to it
        try:
            found = child.ask({"sql": sql, "format": form})
            if found and found.get("is_spent"):
                child.stop()  # the next query gets a new process
        finally:
            self._free.put(child)
        if found is None:
            zh = f"超过{SECONDS}秒还没查完，或要的内存太多，请缩小范围。"
            raise Refusal(422, zh, "the query took too long or too much memory")
        if "refused" in found:
            raise Refusal(*found["refused"])
        return b64decode(found["body"])

    def close(self) -> None:
        """End the processes."""
        while True:
            try:
                self._free.get_nowait().stop()
            except Empty:
                return
