"""Read one file as the night does, and say whether what came back keeps the promises of reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.model import ReadResult, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LONGEST_REASON = 700


def broken_promises(read: Callable[[Path], ReadResult], path: Path) -> list[str]:
    """Return what is wrong with the outcome; nothing for a sound result and for a refusal with both reasons."""
    try:
        result = read(path)
    except Unreadable as refusal:
        return _of_refusal(refusal)
    except BaseException as error:  # noqa: BLE001 - any other exception is the fault that is looked for
        return [f"{type(error).__name__}: {error}"]
    return [problem for block in result.blocks for problem in _of_rows(block.rows, block.row_numbers, len(block.columns))]


def _of_refusal(refusal: Unreadable) -> list[str]:
    found = []
    for text in (refusal.reason_zh, refusal.reason_en):
        if not text or len(text) > LONGEST_REASON or not text.isprintable():
            found.append(f"no proper reason: {text[:80]!r}")
    return found


def _of_rows(rows: list[list[str | None]], numbers: list[int], width: int) -> list[str]:
    found = []
    if len(rows) != len(numbers) or any(b <= a for a, b in zip(numbers, numbers[1:], strict=False)):
        found.append("row numbers do not grow")
    if any(len(row) != width for row in rows):
        found.append("a row is not as wide as the block")
    for cell in (cell for row in rows for cell in row):
        if not (cell is None or (isinstance(cell, str) and "\x00" not in cell and cell == cell.encode("utf-8", "replace").decode())):
            found.append(f"a cell that cannot be stored: {cell!r:.80}")
    return found
