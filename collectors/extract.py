"""Take the rows of a placed table out of a grid: text only, nothing converted."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from collectors.layout import plain_label
from collectors.model import Block, BrokenRow

if TYPE_CHECKING:
    from collectors.layout import Column, Layout
    from collectors.model import Grid
    from collectors.recognise import Placed

_TOTALS = frozenset({"合计", "小计", "总计", "累计", "平均"})
_REMARKS = ("填表人", "审核人", "制表人", "填报人:", "说明:", "注:", "备注:", "填表日期", "填表说明")
_YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)")
_FULL_DATE = re.compile(r"20\d{2}[-._年]?(0?[1-9]|1[0-2])[-._月]?(0?[1-9]|[12]\d|3[01])(?!\d)")
_CELL = re.compile(r"([A-Z]+)(\d+)")


def extract_block(container: str, grid: Grid, layout: Layout, place: Placed, file_name: str) -> tuple[Block, list[str]]:
    """Return the block and notes on what was left out or is new in it."""
    is_ledger = "ledger" in layout.sources
    merged = _merged_values(grid, place) if is_ledger else {}
    titles = {plain_label(title) for title in layout.section_titles}
    names = tuple(column.name for column in place.table.columns)
    fixed = {column.name: _fixed_value(column, grid, place) for column in place.table.columns}
    header = grid.rows[place.header_row]
    unknown = {} if place.section_row is not None else {
        index: str(header[index]) for index in place.span if index not in place.cells.values() and index < len(header) and header[index]
    }  # fmt: skip
    width = len(header) if container == "text" and place.section_row is None else None
    block = Block(layout.id, place.table, grid.sheet, names, [], [], [], _default_year(grid, place, file_name), [])
    notes: list[str] = []
    for index in range(place.data_row, len(grid.rows)):
        row = grid.rows[index]
        if place.section_row is not None and _ends_section(row, place, titles):
            if not block.rows and not any(map(_shown, row)):
                continue  # a blank row between the title and the first line
            break
        verdict = _verdict(row, place, header, is_ledger=is_ledger)
        if verdict == "note":
            notes.append(f"{grid.sheet} 第 {index + 1} 行按表下说明跳过")
        if verdict != "row":
            continue
        if width is not None and not _fits(row, header):
            block.broken.append(_broken(grid, index, row, width))
            continue
        if index in merged:
            row = _with_merged(row, merged[index])
        values = [
            fixed[name] if name in fixed and fixed[name] is not None else _at(row, place.cells.get(name))
            for name in names
        ]
        _use_link(values, place, grid.links.get(index, []))
        block.rows.append(values)
        block.row_numbers.append(index + 1)
        block.extras.append(_extra(row, unknown))
    extra_labels = [
        label for index, label in unknown.items() if any(_at(row, index) for row in grid.rows[place.data_row :])
    ]
    if extra_labels:
        notes.append(f"未声明的列（已保留在 extra）：{'、'.join(extra_labels)}")
    return block, notes


def _at(row: list[str | None], index: int | None) -> str | None:
    return row[index] if index is not None and index < len(row) else None


def _verdict(row: list[str | None], place: Placed, header: list[str | None], *, is_ledger: bool) -> str:
    """Tell a data row from blank rows, totals, repeated headers and remarks below a ledger."""
    if not any(_shown(_at(row, index)) for index in place.cells.values()):
        return "blank"
    cells = [_at(row, index) for index in place.span]
    first = plain_label(next(str(cell) for cell in cells if _shown(cell)))
    if first.rstrip(":") in _TOTALS or first in map(plain_label, place.table.totals):
        return "total"
    if cells == [_at(header, index) for index in place.span]:
        return "header"
    few = 3
    if is_ledger and first.startswith(_REMARKS) and sum(map(_shown, cells)) <= few:
        return "note"
    return "row"


def _shown(cell: str | None) -> bool:
    return bool(cell and cell.strip())


def _ends_section(row: list[str | None], place: Placed, titles: set[str]) -> bool:
    """Tell a blank row or the next title; in a list of pairs a lone cell may also be a label without a value."""
    filled = [plain_label(cell) for cell in row if cell and cell.strip()]
    return not filled or (len(filled) == 1 and (place.table.form == "table" or filled[0] in titles))


def _fits(row: list[str | None], header: list[str | None]) -> bool:
    """Tell whether a line reaches the last label and holds nothing beyond the header."""
    labelled = max(index for index, label in enumerate(header) if label) + 1
    return len(row) >= labelled and not any(row[len(header) :])


def _broken(grid: Grid, index: int, row: list[str | None], width: int) -> BrokenRow:
    reason = f"the line has {len(row)} cells, the header {width}: mend the line or export again"
    return BrokenRow(grid.sheet, index + 1, "", json.dumps(row, ensure_ascii=False), reason)


def _extra(row: list[str | None], unknown: dict[int, str]) -> str | None:
    kept = {label: _at(row, index) for index, label in unknown.items() if _at(row, index)}
    return json.dumps(kept, ensure_ascii=False) if kept else None


def _use_link(values: list[str | None], place: Placed, links: list[str]) -> None:
    """Fill the row's empty url column with the address behind a cell, when there is only one."""
    if len(links) != 1:
        return
    for number, column in enumerate(place.table.columns):
        if column.kind == "url" and values[number] is None:
            values[number] = links[0]
            return


def _fixed_value(column: Column, grid: Grid, place: Placed) -> str | None:
    """Return the value of a column that stands once: in a cell, in a title above, or as the section's name."""
    if column.name == "section" and place.section_row is not None:
        return next(cell for cell in grid.rows[place.section_row] if cell)
    if column.sheet_name:
        return grid.sheet
    if column.cell:
        found = _CELL.fullmatch(column.cell)
        letters, digits = (found[1], int(found[2])) if found else ("A", 1)
        number = 0
        for letter in letters:
            number = number * 26 + ord(letter) - 64
        return _at(grid.rows[digits - 1], number - 1) if digits <= len(grid.rows) else None
    if column.pattern:
        above = [cell for row in grid.rows[: place.header_row] for cell in row if cell]
        matches = [match[1] for cell in above if (match := re.search(column.pattern, cell))]
        return matches[0] if matches else None
    return None


def _default_year(grid: Grid, place: Placed, file_name: str) -> int | None:
    """Return the one year that title rows, else the sheet's name, else the file's name give.

    A full date in the file's name is usually the day of export and says nothing about the rows.
    """
    titles = " ".join(cell for row in grid.rows[: place.header_row] for cell in row if cell)
    for text in (titles, grid.sheet, _FULL_DATE.sub("", file_name)):
        years = {int(year) for year in _YEAR.findall(text)}
        if years:
            return years.pop() if len(years) == 1 else None
    return None


def _merged_values(grid: Grid, place: Placed) -> dict[int, dict[int, str]]:
    """Return row index -> column -> value for cells merged downwards below the header, only inside the merged area."""
    values: dict[int, dict[int, str]] = {}
    for first_row, column, last_row, _ in grid.merged:
        value = _at(grid.rows[first_row], column) if place.data_row <= first_row < len(grid.rows) else None
        for index in range(first_row + 1, min(last_row + 1, len(grid.rows))) if value else []:
            values.setdefault(index, {})[column] = str(value)
    return values


def _with_merged(row: list[str | None], values: dict[int, str]) -> list[str | None]:
    """Fill a row only after it was judged: a filled 单位 must not turn a 小计 or an empty line into data."""
    width = max([len(row), *(column + 1 for column in values)])
    padded = [*row, *[None] * (width - len(row))]
    return [values.get(index) if cell is None else cell for index, cell in enumerate(padded)]
