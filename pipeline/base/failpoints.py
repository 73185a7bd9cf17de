"""Named moments of a run: what `make torture` and the tests need to end a process exactly there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def failpoint(name: str) -> None:
    """Add a moment to the file that FAILPOINT_LOG names.

    End the process here when FAILPOINT_KILL is its name.
    """
    if noted := os.environ.get("FAILPOINT_LOG"):
        with Path(noted).open("a", encoding="utf-8") as stream:
            stream.write(f"{name}\n")
    if os.environ.get("FAILPOINT_KILL") == name:
        os._exit(137)


def with_failpoints(step: Callable[[str], None]) -> Callable[[str], None]:
    """Return `step`, with every name it gets being a moment too."""

    def tell(name: str) -> None:
        step(name)
        failpoint(name)

    return tell
