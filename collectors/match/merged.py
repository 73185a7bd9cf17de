"""Values of a ledger that are written in another cell: merged downwards, 同上 and 〃."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.model import BrokenRow, cell_at
from collectors.read.cells import address

if TYPE_CHECKING:
    from collectors.model import Grid, Placed, Row

_ADDED_UP = ("count", "net", "number", "seconds", "span")
_DITTOS = frozenset({"同上", "同前", "〃", "″", "〞", "''", '"', "“", "”"})
_SHARED = (
    "与上一行合并，是几行合在一起的数，只计在合并的第一行；请分行填写后重新提交。"
    "/ merged with the row above: write each row's own figure"
)


def merged_values(rows: list[Row], grid: Grid, place: Placed) -> dict[int, dict[int, str]]:
    """Return row index -> column -> value for cells merged downwards below the header.

    Only inside the merged area.
    """
    values: dict[int, dict[int, str]] = {}
    for first_row, column, last_row, _ in grid.merged:
        value = (
            cell_at(rows[first_row], column) if place.data_row <= first_row < len(rows) else None
        )
        for index in range(first_row + 1, min(last_row + 1, len(rows))) if value else []:
            values.setdefault(index, {})[column] = str(value)
    return values


def filled(
    grid: Grid, place: Placed, row: Row, index: int, above: dict[int, str]
) -> tuple[Row, list[BrokenRow]]:
    """Fill a row from cells merged downwards.

    One figure over several records is none of each: it counts in its own row, and is reported.
    """
    cells = place.cells
    is_same = not any((cell_at(row, cells.get(name)) or "").strip() for name in place.table.key)
    shared = {} if is_same else {
        cell: column.labels[0]
        for column in place.table.columns
        if column.kind in _ADDED_UP and (cell := cells.get(column.name)) in above
    }  # fmt: skip
    problems = [
        BrokenRow(
            grid.sheet,
            index + 1,
            label,
            above[cell],
            f"{address(index, cell)}“{above[cell]}”{_SHARED}",
            is_fatal=False,
        )
        for cell, label in shared.items()
    ]
    own = {cell: value for cell, value in above.items() if cell not in shared}
    return (_with_merged(row, own) if own else row), problems


def with_dittos(row: Row, above: Row, place: Placed) -> Row:
    """Replace 同上 by the value above, in words and days; landing reports a figure that says 同上."""
    cells = {
        place.cells[column.name]
        for column in place.table.columns
        if column.name in place.cells and column.kind not in _ADDED_UP
    }
    return [
        cell_at(above, index) or cell
        if index in cells and cell and cell.strip() in _DITTOS
        else cell
        for index, cell in enumerate(row)
    ]


def _with_merged(row: Row, values: dict[int, str]) -> Row:
    """Fill a row only after it was judged.

    A filled 单位 must not turn a 小计 or an empty line into data.
    """
    width = max([len(row), *(column + 1 for column in values)])
    padded = [*row, *[None] * (width - len(row))]
    return [values.get(index) if cell is None else cell for index, cell in enumerate(padded)]
