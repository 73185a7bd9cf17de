"""Find which declared layout a file has, by its header labels and by nothing else."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from collectors.layout import plain_label
from collectors.match.extract import extract_block
from collectors.model import Block, Placed, ReadResult, Unreadable, Unrecognised

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.layout import Column, Layout, Table
    from collectors.model import Grid, Sheets

_TITLES_WITHIN = 40
_NO_DATA_SHEETS = ("示例", "模板", "说明", "填写说明", "填表说明", "字典")


@dataclass(frozen=True)
class _Labels:
    """One way to read a header: the first data row below it, its labels, and all names that stand in it."""

    data_row: int
    labels: list[str]
    names: frozenset[str]


class _Head:
    """The rows of a sheet that may hold a header, each read both ways once, for all tables of all layouts."""

    def __init__(self, rows: list[list[str]]) -> None:
        self.rows = rows
        self._readings: dict[int, list[_Labels]] = {}

    def readings(self, number: int) -> list[_Labels]:
        """Return the ways to read one row as a header."""
        if number not in self._readings:
            self._readings[number] = [
                _Labels(data_row, labels, frozenset([*labels, *(label.rpartition("/")[2] for label in labels)]))
                for data_row, labels in _header_variants(self.rows, number)
            ]
        return self._readings[number]


@dataclass(frozen=True)
class Miss:
    """The nearest a table came: header row and the labels that are not there."""

    layout: Layout
    row: int
    found: int
    missing: tuple[str, ...]


def recognise(sheets: Sheets, layouts: dict[str, Layout], file_name: str) -> ReadResult:
    """Match every sheet; Unreadable names the nearest layout and its missing labels when nothing fits."""
    blocks: list[Block] = []
    notes: list[str] = []
    unread: list[str] = []
    misses: list[Miss] = []
    for grid in sheets.grids:
        if grid.is_empty or plain_label(grid.sheet) in _NO_DATA_SHEETS:
            continue
        if grid.hidden:
            notes.append(f"隐藏的工作表“{grid.sheet}”也已读取")
        found = _match_sheet(grid, layouts, misses)
        if found is None:
            unread.append(grid.sheet)
            continue
        layout, placed = found
        for place in placed:
            block, block_notes = extract_block(sheets.container, grid, layout, place, file_name)
            blocks.append(block)
            notes += block_notes
    if not blocks:
        raise _unrecognised(sheets, misses, unread)
    if not any(block.row_count or block.broken for block in blocks):
        titles = "、".join(dict.fromkeys(layouts[block.layout].title for block in blocks))
        raise Unreadable(f"识别为“{titles}”，但没有任何数据行。请确认导出的时间范围后重新下载。",
                         f"Recognised as {blocks[0].layout}, but there are no data rows. Export it again.")  # fmt: skip
    return ReadResult(sheets.container, sheets.encoding, blocks, notes, unread)


def _match_sheet(grid: Grid, layouts: dict[str, Layout], misses: list[Miss]) -> tuple[Layout, list[Placed]] | None:
    scored: list[tuple[int, Layout, list[Placed]]] = []
    rows = grid.first(_depth(grid, layouts))
    head = _Head([[plain_label(cell) if cell else "" for cell in row] for row in rows])
    for layout in layouts.values():
        placed = _match_layout(head, layout, misses)
        if placed:
            scored.append((sum(len(place.cells) for place in placed), layout, placed))
    if not scored:
        return None
    best = max(score for score, _, _ in scored)
    winners = [(layout, placed) for score, layout, placed in scored if score == best]
    if len(winners) > 1:
        names = "、".join(f"“{layout.title}”" for layout, _ in winners)
        ids = ", ".join(layout.id for layout, _ in winners)
        raise Unreadable(f"工作表“{grid.sheet}”同时符合 {names}，无法判断。请按模板的表头填写。",
                         f"Sheet {grid.sheet} fits {ids} equally well. Use a template's labels.")  # fmt: skip
    layout = winners[0][0]
    if layout.refuse:
        raise Unreadable(
            f"这是“{layout.title}”：{layout.refuse}",
            f"This is {layout.id}, known and not loaded: {layout.refuse}",
        )
    return winners[0]


def _depth(grid: Grid, layouts: dict[str, Layout]) -> int:
    """Return how many rows may hold a header: few, unless a declared section title stands in the sheet."""
    within = max((table.header_within for layout in layouts.values() for table in layout.tables), default=10)
    titles = {plain_label(title) for layout in layouts.values() for title in layout.section_titles}
    has_sections = any(plain_label(cell) in titles for row in grid.first(_TITLES_WITHIN) for cell in row if cell)
    return sys.maxsize if has_sections else within + 1


def _match_layout(head: _Head, layout: Layout, misses: list[Miss]) -> list[Placed]:
    """Return all placed tables, or nothing when a table that must be there is not."""
    placed: list[Placed] = []
    for table in layout.tables:
        found = list(_place_sections(head.rows, table)) if table.sections else _place_table(head, layout, table, misses)
        if not found and not table.optional:
            return []
        placed += found
    return _apart(placed)


def _apart(placed: list[Placed]) -> list[Placed]:
    """Take out of each table's span the cells that its neighbours in the same header row use."""
    return [
        replace(place, span=tuple(index for index in place.span if index in place.cells.values() or index not in taken))
        for place in placed
        for taken in [{i for other in placed if other.header_row == place.header_row for i in other.cells.values()}]
    ]


def _place_table(head: _Head, layout: Layout, table: Table, misses: list[Miss]) -> list[Placed]:
    must = table.must_be_labelled
    best: Placed | None = None
    nearest: Miss | None = None
    for number in range(min(len(head.rows), table.header_within + 1)):
        for reading in head.readings(number):
            absent = [column for column in must if reading.names.isdisjoint(column.plain_labels)]
            for segment, span in _segments(reading.labels) if not absent else []:  # most rows have none to look at
                cells = _assign(table.columns, reading.labels, segment)
                missing = _missing(table, must, cells)
                one_line = reading.data_row == number + 1
                if not missing and (best is None or (len(cells), one_line) > (len(best.cells), best.is_one_line)):
                    best = Placed(table, number, reading.data_row, cells, span)
                absent = [] if best else missing
            found = len(must) - len(absent)
            if absent and (nearest is None or found > nearest.found):
                nearest = Miss(layout, number + 1, found, tuple(column.labels[0] for column in absent))
    if best is None and nearest is not None:
        misses.append(nearest)
    return [best] if best else []


def _missing(table: Table, must: tuple[Column, ...], cells: dict[str, int]) -> list[Column]:
    """Return the columns that must be labelled and are not; of two that may stand for each other, one is enough."""
    pairs = [c for c in table.columns if c.required_unless and not {c.name, c.required_unless} & set(cells)]
    return [column for column in must if column.name not in cells] + pairs


def _header_variants(rows: list[list[str]], number: int) -> Iterator[tuple[int, list[str]]]:
    """Yield (first data row, labels): the row itself, and the row joined with the one below as group/name."""
    row = rows[number]
    yield number + 1, row
    below = rows[number + 1] if number + 1 < len(rows) else []
    if not any(below) or len([label for label in row if label]) < 2:  # noqa: PLR2004 - a title is one cell
        return
    joined, group = [], ""
    for index in range(max(len(row), len(below))):
        top = row[index] if index < len(row) else ""
        name = below[index] if index < len(below) else ""
        group = top or (group if name else "")
        joined.append(f"{group}/{name}" if name and group and not top else name or top)
        if top and name:
            joined[-1] = f"{top}/{name}"
    yield number + 2, joined


def _segments(labels: list[str]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Return (cells to match, cells that belong to the match), narrow before wide: blocks stand side by side.

    Blocks are parted by an empty header cell, or, where someone deleted it, by the first label that comes again.
    """
    runs: list[list[int]] = []
    for index, label in enumerate(labels):
        if not label:
            continue
        if runs and runs[-1][-1] == index - 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    whole = [index for run in runs for index in run]
    pieces = [(tuple(piece), tuple(run)) for run in runs for piece in _until_repeated(run, labels)]
    return [*pieces, *((tuple(run), tuple(run)) for run in [*runs, whole])]


def _until_repeated(run: list[int], labels: list[str]) -> list[list[int]]:
    pieces: list[list[int]] = [[]]
    seen: set[str] = set()
    for index in run:
        if labels[index] in seen:
            pieces.append([])
            seen.clear()
        pieces[-1].append(index)
        seen.add(labels[index])
    return pieces


def _assign(columns: tuple[Column, ...], labels: list[str], span: tuple[int, ...]) -> dict[str, int]:
    """Give each column a cell: canonical labels first, then aliases in order; a cell serves one column."""
    cells: dict[str, int] = {}
    used: set[int] = set()
    for rank in range(max((len(column.labels) for column in columns), default=0)):
        for column in columns:
            if column.name in cells or rank >= len(column.labels):
                continue
            wanted = column.plain_labels[rank]
            fitting = [i for i in span if labels[i] == wanted or labels[i].rpartition("/")[2] == wanted]
            free = [i for i in fitting[column.nth - 1 :] if i not in used]
            if free:
                cells[column.name] = free[0]
                used.add(free[0])
    return cells


def _place_sections(rows: list[list[str]], table: Table) -> Iterator[Placed]:
    """Yield the table under each of its section titles that stands in the sheet."""
    for title in map(plain_label, table.sections):
        for number, row in enumerate(rows):
            filled = [index for index, label in enumerate(row) if label]
            if len(filled) != 1 or row[filled[0]] != title:
                continue
            column = filled[0]
            if table.form == "pairs":
                yield Placed(
                    table,
                    number,
                    number + 1,
                    {"label": column, "value": column + 1},
                    (column, column + 1),
                    number,
                )
                break
            below = next((index for index in range(number + 1, len(rows)) if any(rows[index])), number)
            span = tuple(index for index, label in enumerate(rows[below]) if label)
            cells = _assign(table.columns, rows[below], span)
            if all(c.name in cells for c in table.columns if c.must_be_labelled):
                yield Placed(table, below, below + 1, cells, span, number)
            break


def _unrecognised(sheets: Sheets, misses: list[Miss], unread: list[str]) -> Unrecognised:
    nearest = max(misses, key=lambda miss: miss.found - len(miss.missing), default=None)
    if not unread:
        return Unrecognised("工作表都是空的，或名为“示例”“模板”“说明”而不读取。请把数据放在另外命名的工作表中。",
                          "All sheets are empty or named 示例, 模板, 说明, which are not read. Put the data on another sheet.")  # fmt: skip
    if (nearest is None or nearest.found == 0) and sheets.container == "html":
        return Unrecognised("这是网页，其中的表格没有任何已知版式的表头；很可能是登录页或普通网页。请登录后重新下载导出文件。",
                          "A web page whose tables have no known header, probably a login page. Log in and download again.")  # fmt: skip
    if nearest is None or nearest.found == 0:
        return Unrecognised("没有任何已知版式的表头。请核对是否放错文件；新的版式可用 layouts/*.toml 声明。",
                          "No header of any known layout. Wrong file? A new layout can be declared in layouts/*.toml.")  # fmt: skip
    labels = "、".join(nearest.missing)
    return Unrecognised(
        f"没有匹配的版式。最接近“{nearest.layout.title}”（第 {nearest.row} 行），缺少表头：{labels}。请重新下载完整的导出文件。",
        f"No layout fits. Nearest: {nearest.layout.id} (row {nearest.row}), missing labels: {labels}. Download the whole export again.",
    )
