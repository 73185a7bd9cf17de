"""Named moments of a run: what `make torture` and the tests need to end a process exactly there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def passing(name: str) -> None:
    """Add a moment to the file that MOMENTS_TO names; end the process here when CRASH_AT is its name."""
    if noted := os.environ.get("MOMENTS_TO"):
        with Path(noted).open("a", encoding="utf-8") as stream:
            stream.write(f"{name}\n")
    if os.environ.get("CRASH_AT") == name:
        os._exit(137)


def announced(step: Callable[[str], None]) -> Callable[[str], None]:
    """Return `step`, with every name it is told being a moment too."""

    def tell(name: str) -> None:
        step(name)
        passing(name)

    return tell
