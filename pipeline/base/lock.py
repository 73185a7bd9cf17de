"""One process at a time: `flock` on a file of the home.

The lock of a process that died is free by itself.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.base.errors import TransientError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LOOK_AGAIN_AFTER = 0.2


@contextmanager
def held(path: Path, busy: str, *, wait_seconds: float = 0) -> Iterator[None]:
    """Hold the lock of `path`.

    TransientError with the words of `busy` when another process still has it after `wait_seconds`.
    """
    import fcntl  # POSIX only: whoever only reads a warehouse, perhaps on Windows, takes no lock

    deadline = time.monotonic() + wait_seconds
    with path.open("a+") as handle:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() >= deadline:
                    raise TransientError(busy) from error
                time.sleep(_LOOK_AGAIN_AFTER)
        yield
