"""Hidden rows, columns and sheets: they count, and a note says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.match.units import label_of
from collectors.model import BrokenRow
from collectors.read.cells import address

if TYPE_CHECKING:
    from collectors.model import Block, Grid, Placed

_MOST = 10  # stretches that are named


def hidden_sheet(block: Block, place: Placed) -> BrokenRow:
    """Report the rows of a hidden sheet."""
    reason = (
        f"工作表“{block.sheet}”是隐藏的，其中{block.row_count}行也已读取；不应计入的，请删除该工作表后"
        "重新提交。/ the sheet is hidden and its rows count: delete it if they should not"
    )
    return BrokenRow(block.sheet, place.header_row + 1, "", block.sheet, reason, is_fatal=False)


def hidden_parts(grid: Grid, block: Block, place: Placed) -> list[BrokenRow]:
    """Report records in hidden rows (also those that a filter leaves out) and figures in hidden columns."""
    told: list[BrokenRow] = []
    rows = [n for n in block.row_numbers if n - 1 in grid.hidden_rows] if grid.hidden_rows else []
    if rows:
        reason = (
            f"第{_stretches(rows)}行是隐藏的（或被筛选掉），也已读取；不应计入的，请删除后重新提交。"
            "/ hidden or filtered rows count, too: delete them if they should not"
        )
        told.append(_of(block, place, "", _stretches(rows), reason))
    labelled = {column.name for column in place.table.columns if column.labels}
    for name, cell in block.cells.items() if grid.hidden_columns else ():
        if (
            name in labelled
            and cell in grid.hidden_columns
            and block.data[name].null_count < block.row_count
        ):
            label = label_of(place, name)
            letters = address(0, cell).rstrip("0123456789")
            reason = (
                f"{letters}列“{label}”是隐藏的，也已读取；不应计入的，请删除该列后重新提交。"
                "/ a hidden column counts, too: delete it if it should not"
            )
            told.append(_of(block, place, label, letters, reason))
    return told


def _of(block: Block, place: Placed, column: str, value: str, reason: str) -> BrokenRow:
    return BrokenRow(block.sheet, place.header_row + 1, column, value, reason, is_fatal=False)


def _stretches(numbers: list[int]) -> str:
    """Return row numbers as people write them: 5、8-10."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    named = "、".join(f"{a}-{b}" if a < b else f"{a}" for a, b in found[:_MOST])
    return f"{named}……共{len(numbers)}" if len(found) > _MOST else named
