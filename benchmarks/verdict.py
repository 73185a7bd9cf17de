"""Read one file as the night does, and say whether what came back keeps the promises of reading."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from collectors.unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from collectors.model import ReadResult

LONGEST_REASON = 700


def broken_promises(read: Callable[[Path], ReadResult], path: Path) -> list[str]:
    """Return what is wrong with the outcome.

    Nothing for a sound result and for a refusal with both reasons.
    """
    try:
        result = read(path)
    except Unreadable as refusal:
        return _of_refusal(refusal)
    # any other exception is the fault that is looked for
    except BaseException as error:  # noqa: BLE001
        return [f"{type(error).__name__}: {error}"]
    return [
        problem
        for block in result.blocks
        for problem in _of_rows(block.rows, block.row_numbers, len(block.columns))
    ]


def _of_refusal(refusal: Unreadable) -> list[str]:
    reasons = (refusal.reason_zh, refusal.reason_en)
    return [
        f"no proper reason: {text[:80]!r}"
        for text in reasons
        if not 0 < len(text) <= LONGEST_REASON or not text.isprintable()
    ]


def _of_rows(rows: list[list[str | None]], numbers: list[int], width: int) -> list[str]:
    found = []
    if len(rows) != len(numbers) or any(later <= earlier for earlier, later in pairwise(numbers)):
        found.append("row numbers do not grow")
    if any(len(row) != width for row in rows):
        found.append("a row is not as wide as the block")
    cells = (cell for row in rows for cell in row if cell is not None)
    return found + [
        f"a cell that cannot be stored: {cell!r:.80}" for cell in cells if not _is_storable(cell)
    ]


def _is_storable(cell: object) -> bool:
    return (
        isinstance(cell, str)
        and "\x00" not in cell
        and cell == cell.encode("utf-8", "replace").decode()
    )
