"""One hostile file: how to make it, and what is promised of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LABELS = ("时间", "新关注人数", "取消关注人数", "净增关注人数", "累积关注人数")
ROW = ("2026-07-13", "92", "21", "71", "83285")


@dataclass(frozen=True)
class Size:
    """How large the large files are.

    Bytes of the largest text, rows of the longest table, levels of the deepest nesting.
    """

    text_bytes: int = 1_000_000_000
    blank_bytes: int = 200_000_000
    sparse_bytes: int = 10_000_000_000
    rows: int = 1_000_000
    levels: int = 100_000


SMALL = Size(
    text_bytes=4 << 20, blank_bytes=1 << 20, sparse_bytes=1_000_000_000, rows=500, levels=5_000
)


@dataclass(frozen=True)
class Case:
    """`rows`: the file is read right, with the good row in it; `words`.

    It is refused, and the reason holds them.

    Both None: either is right, whatever the size makes of it.
    """

    name: str
    make: Callable[[Path], None]
    words: str | None = None
    rows: int | None = None


def delimited(*rows: tuple[str, ...], sign: str = ",") -> str:
    """Return the labels and rows as lines."""
    return "".join(sign.join(row) + "\n" for row in (LABELS, *(rows or (ROW,))))


def table(*rows: tuple[str, ...], before: str = "", after: str = "") -> str:
    """Return the labels and rows as an HTML table."""
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in (LABELS, *(rows or (ROW,))))
    return (
        f"<html><body>{before}"
        f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>{after}</body></html>"
    )


def cut(make: Callable[[Path], None], sixteenths: int) -> Callable[[Path], None]:
    """Return a maker of the same file cut off after so many sixteenths of its length."""

    def made(path: Path) -> None:
        make(path)
        data = path.read_bytes()
        path.write_bytes(data[: len(data) * sixteenths // 16])

    return made
