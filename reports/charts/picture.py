"""A drawn chart, apart from the library that draws it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_MOST_INLINE = 4  # pictures in a mail


@dataclass(frozen=True)
class Picture:
    """A drawn chart: PNG bytes, 1200 px wide; `height` in px of the mail, 600 px wide. `own`.

    From a home's charts/.
    """

    name: str
    title: str
    png: bytes
    height: int
    alt: str
    inline: bool
    own: bool = False


def inline(pictures: list[Picture]) -> list[Picture]:
    """Return the pictures a mail shows: at most four, growth first."""
    return [picture for picture in pictures if picture.inline][:_MOST_INLINE]


def write_all(pictures: list[Picture], folder: Path) -> None:
    """Write each picture as <name>.png."""
    for picture in pictures:
        (folder / f"{picture.name}.png").write_bytes(picture.png)
