"""Read files ahead of whoever takes the answers, in several reading processes."""

from __future__ import annotations

import queue
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol, Self

from collectors.model import Unavailable
from collectors.unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from collectors.model import ReadResult

    Answer = ReadResult | Unreadable | Unavailable
    Request = tuple[Path, str | None, str | None]  # path, place, name: the arguments of `read_file`

    class Child(Protocol):
        """A process that reads one file at a time."""

        def read(self, request: Request) -> ReadResult:
            """Read one file; Unreadable or Unavailable when it cannot."""

        def stop(self) -> None:
            """Kill the process."""


# How many files may be read ahead for each child: two of any size, more of small ones.
FEW_FILES, MANY_FILES, FEW_BYTES = 2, 20, 1 << 20


class Answers:
    """Iterates over the answers in the files' order; reading begins at once.

    `close` ends it early: nobody waits for what is being read.
    """

    def __init__(
        self, children: Sequence[Child], files: Iterable[Request], stop: Callable[[], None]
    ) -> None:
        self._files, self._stop, self._number = iter(files), stop, len(children)
        self._idle: queue.SimpleQueue[Child] = queue.SimpleQueue()
        for child in children:
            self._idle.put(child)
        self._waiting: deque[tuple[Future[Answer], int]] = deque()
        self._stopped = threading.Event()
        self._threads = ThreadPoolExecutor(self._number, "reader")
        self._read_on()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Answer:
        if not self._waiting:
            self.close()
            raise StopIteration
        try:
            answer = self._waiting[0][0].result()
            self._waiting.popleft()
            self._read_on()
        except BaseException:
            self.close()
            raise
        return answer

    def close(self) -> None:
        """Stop what is still read, and wait for no answer."""
        if self._waiting:
            for future, _ in self._waiting:
                future.cancel()
            self._waiting.clear()
            self._stopped.set()
            self._stop()  # whoever is still reading sees its pipe closed: nothing is waited for
        self._threads.shutdown()

    def _read_on(self) -> None:
        """Give the children what they may read ahead."""
        while self._has_room() and (request := next(self._files, None)):
            answer = self._threads.submit(self._read, request)
            self._waiting.append((answer, _size(request)))

    def _has_room(self) -> bool:
        count = len(self._waiting)
        is_little = sum(size for _, size in self._waiting) < FEW_BYTES * self._number
        return count < (MANY_FILES if is_little else FEW_FILES) * self._number

    def _read(self, request: Request) -> Answer:
        child = self._idle.get()
        try:
            return child.read(request)
        except (Unreadable, Unavailable) as refusal:
            return refusal
        finally:
            if self._stopped.is_set():  # it may have begun just before
                child.stop()
            self._idle.put(child)


def _size(request: Request) -> int:
    try:
        return request[0].stat().st_size
    except OSError:  # its reader will say so
        return 0
