"""Take the rows of a placed table out of a grid: text only, nothing converted."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from collectors.layout import plain_label
from collectors.match.header import joined
from collectors.match.merged import filled, merged_values, with_dittos
from collectors.match.rivals import rival_columns
from collectors.match.row_kinds import (
    FOOTNOTES,
    NOTED,
    TOLD,
    TOTALS,
    adds_up,
    shown,
    struck_cell,
    told,
    verdict,
)
from collectors.match.row_values import RowValues, clock_columns, percent_columns
from collectors.match.titles import said_above
from collectors.match.units import is_near_metric, label_of, near_columns, unit_suffixes
from collectors.match.whose import named_accounts
from collectors.match.years import year_of
from collectors.model import Block, BrokenRow, cell_at
from collectors.read.columnar import column_at, odd_rows, text_table, without

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from collectors.layout import Column, Layout
    from collectors.model import Grid, Placed, Row

_WITHOUT_CELLS = frozenset({"json", "feed"})  # nobody sees these in rows and columns
_CELL = re.compile(r"([A-Z]+)(\d+)")


def extract_block(
    container: str, grid: Grid, layout: Layout, place: Placed, file_name: str
) -> tuple[Block, list[str]]:
    """Return the block and notes on what was left out or is new in it."""
    names = tuple(column.name for column in place.table.columns)
    fixed = {column.name: _fixed_value(column, grid, place) for column in place.table.columns}
    if "ledger" in layout.sources:
        fixed |= {c.name: fixed[c.name] or said_above(c, grid, place) for c in place.table.columns}
    header = grid.first(place.header_row + 1)[-1]
    labels = _labels(grid, place)
    unknown = {} if place.section_row is not None else {
        index: str(labels[index])
        for index in place.span
        if index not in place.cells.values() and index < len(labels) and labels[index]
    }  # fmt: skip
    year = year_of(grid, layout, place, file_name)
    suffixes = unit_suffixes(grid, layout, place, labels)
    is_ledger = "ledger" in layout.sources
    clocks = clock_columns(grid, place, labels, is_ledger=is_ledger)
    rivals = rival_columns(place, labels, set(clocks.values()), is_ledger=is_ledger)
    percents = percent_columns(grid, place, suffixes)
    reading = RowValues(grid, place, fixed, suffixes, clocks, rivals, percents, year)
    unknown = {index: label for index, label in unknown.items() if index not in clocks.values()}
    taking = _Taking(container, grid, layout, place, header, fixed, unknown, reading)
    data, broken, notes = taking.data()
    found = [label for index, label in unknown.items() if taking.holds_any(index)]
    broken += [_unclear(grid, place, label) for label in found if is_near_metric(place, label)]
    if found:
        notes.append(f"未声明的列（已保留在 extra）：{'、'.join(found)}")
    notes += [f"“{label_of(place, name)}”按单位“{suffix}”读取" for name, suffix in suffixes.items()]
    cells = {} if container in _WITHOUT_CELLS else dict(place.cells)
    accounts = named_accounts(grid, layout, place, unknown)
    block = Block(layout.id, place.table, grid.sheet, names, data, year, broken, cells, accounts)
    return block, notes


def _labels(grid: Grid, place: Placed) -> Row:
    """Return the table's labels; those of a header of two lines as group/name."""
    lines = grid.first(place.data_row)[place.header_row :]
    if place.section_row is not None or len(lines) < 2:  # noqa: PLR2004 - of one line
        return lines[0]
    return list(joined(*([cell or "" for cell in line] for line in lines[:2])))


def _unclear(grid: Grid, place: Placed, label: str) -> BrokenRow:
    columns = "、".join(column.labels[0] for column in near_columns(place, label))
    reason = (
        f"表头“{label}”像是“{columns}”，但写法不能确定，这一列没有读取；"
        f"确是同一项、同一单位的，请把表头改为“{columns}”后重新提交。/ label unclear: use {columns} "
        "if it is the same figure in the same unit"
    )
    return BrokenRow(grid.sheet, place.header_row + 1, label, label, reason, is_fatal=False)


@dataclass(frozen=True)
class _Taking:
    """Takes a placed table's rows: those of a big regular body by columns, all others one by one."""

    container: str
    grid: Grid
    layout: Layout
    place: Placed
    header: Row
    # column -> the value it has in every row, None where it stands in the rows
    fixed: dict[str, str | None]
    unknown: dict[int, str]  # place -> label of a column that is not declared
    reading: RowValues

    @property
    def is_ledger(self) -> bool:
        """Return whether people fill it in: with remarks, and cells merged downwards."""
        return "ledger" in self.layout.sources

    @cached_property
    def words(self) -> tuple[str, ...]:
        """First words that mark a row as no data."""
        return (*TOTALS, *map(plain_label, self.place.table.totals))

    @property
    def width(self) -> int | None:
        """Cells of a line that is whole, where lines may be broken."""
        return (
            len(self.header)
            if self.container == "text" and self.place.section_row is None
            else None
        )

    @cached_property
    def is_exact(self) -> bool:
        """Return whether some line has as many cells as the header: then a longer one was cut wrongly.

        1,234 without quotes is two cells. Where every line is longer, each ends with a separator.
        """
        return any(len(row) == len(self.header) for row in self.grid.head[self.place.data_row :])

    def data(self) -> tuple[pa.Table, list[BrokenRow], list[str]]:
        """Return rows as columns, lines of the wrong width, notes."""
        import pyarrow as pa

        if not self._is_regular():
            return self._one_by_one(self.grid.rows)
        head, broken, notes = self._one_by_one(self.grid.head)
        return pa.concat_tables([head, self._by_columns(self.grid.body)]), broken, notes

    def holds_any(self, index: int) -> bool:
        """Return whether a column holds anything below the header."""
        body = self.grid.body
        below = (
            body is not None
            and index < body.num_columns
            and body.column(index).null_count < body.num_rows
        )
        return below or any(cell_at(row, index) for row in self.grid.head[self.place.data_row :])

    def _is_regular(self) -> bool:
        """Return whether the body's rows need no look at neighbours, remarks, links, or their own width."""
        body, place = self.grid.body, self.place
        if (
            body is None
            or not place.cells
            or self.is_ledger
            or place.section_row is not None
            or self.grid.links
            or self.grid.struck
        ):
            return False
        if place.end_row is not None or self.reading.needs_rows:
            return False
        fits = self.width is None or _fits(
            [None] * body.num_columns, self.header, is_exact=self.is_exact
        )
        return (
            fits
            and body.num_columns <= (self.width or body.num_columns)
            and place.data_row <= len(self.grid.head)
        )

    def _by_columns(self, body: pa.Table) -> pa.Table:
        """Take the body's rows; only those that look odd are judged."""
        import pyarrow as pa

        count, first = body.num_rows, len(self.grid.head) + 1
        arrays = {
            "row_number": pa.array(range(first, first + count), pa.int64()),
            "extra": column_at(body, None),
        }
        if any(column_at(body, index).null_count < count for index in self.unknown):
            rows = zip(*(column_at(body, index).to_pylist() for index in self.unknown), strict=True)
            labels = dict(enumerate(self.unknown.values()))
            arrays["extra"] = pa.array([_extra(list(row), labels) for row in rows], pa.string())
        for name, value in self.fixed.items():
            arrays[name] = (
                column_at(body, self.place.cells.get(name))
                if value is None
                else pa.repeat(value, count)
            )
        odd = odd_rows(body, self.place, self.header, self.words, FOOTNOTES)
        rows = zip(*(column.to_pylist() for column in body.take(odd).columns), strict=True)
        dropped = [
            place
            for place, row in zip(odd.to_pylist(), rows, strict=True)
            if self._verdict(list(row)) != "row"
        ]
        return without(pa.table(arrays), dropped)

    def _verdict(self, row: Row) -> str:
        return verdict(row, self.place, self.header, self.words, is_ledger=self.is_ledger)

    def _records(
        self, rows: list[Row], broken: list[BrokenRow], notes: list[str]
    ) -> Iterator[tuple[int, Row]]:
        """Yield the rows that are records; add a note or a problem for the others that people wrote."""
        place, grid = self.place, self.grid
        titles = {plain_label(title) for title in self.layout.section_titles}
        above: list[Row] = []
        for index in range(place.data_row, min(len(rows), place.end_row or len(rows))):
            row = rows[index]
            if place.section_row is not None and _ends_section(row, place, titles):
                if not above and not any(map(shown, row)):
                    continue  # a blank row between the title and the first line
                break
            kind = self._verdict(row)
            if kind == "row" and self.is_ledger and adds_up(row, place, above):
                kind = "total"
            if kind == "row" and struck_cell(grid, index, place) is not None:
                kind = "struck"
            if kind == "row":
                above.append(row)
                yield index, row
            elif self.is_ledger and kind in NOTED:
                notes.append(f"{grid.sheet} 第 {index + 1} 行{NOTED[kind]}")
            elif kind in TOLD:
                broken.append(told(kind, grid, index, row, place))

    def _one_by_one(self, rows: list[Row]) -> tuple[pa.Table, list[BrokenRow], list[str]]:
        place, grid = self.place, self.grid
        merged = merged_values(rows, grid, place) if self.is_ledger else {}
        taken: list[Row] = []
        numbers: list[int] = []
        extras: Row = []
        broken: list[BrokenRow] = []
        notes: list[str] = []
        above: Row = []
        for index, line in self._records(rows, broken, notes):
            row = with_dittos(line, above, place) if self.is_ledger else line
            if self.width is not None and not _fits(row, self.header, is_exact=self.is_exact):
                broken.append(_broken(grid, index, row, self.width))
                continue
            if index in merged:
                row, problems = filled(grid, place, row, index, merged[index])
                broken += problems
            above = row
            values, problems = self.reading.of(row, index)
            broken += problems
            if any(problem.is_fatal for problem in problems):
                continue
            taken.append(values)
            numbers.append(index + 1)
            extras.append(_extra(rows[index], self.unknown))
        names = [column.name for column in place.table.columns]
        columns = zip(*taken, strict=True) if taken else [()] * len(names)
        return (
            text_table({"extra": extras, **dict(zip(names, columns, strict=True))}, numbers),
            broken,
            notes,
        )


def _ends_section(row: Row, place: Placed, titles: set[str]) -> bool:
    """Return whether a row is blank or the next title.

    In a list of pairs a lone cell may also be a label without a value.
    """
    filled = [plain_label(cell) for cell in row if cell and cell.strip()]
    return not filled or (len(filled) == 1 and (place.table.form == "table" or filled[0] in titles))


def _fits(row: Row, header: Row, *, is_exact: bool) -> bool:
    """Return whether a line reaches the last label and holds nothing beyond the header."""
    labelled = max(index for index, label in enumerate(header) if label) + 1
    beyond = row[len(header) :]
    return len(row) >= labelled and not (any(beyond) or (beyond and is_exact))


def _broken(grid: Grid, index: int, row: Row, width: int) -> BrokenRow:
    reason = (
        f"第{index + 1}行有{len(row)}格，表头有{width}格；请补齐该行或重新导出。/ the line has "
        f"{len(row)} cells, the header {width}"
    )
    return BrokenRow(grid.sheet, index + 1, "", json.dumps(row, ensure_ascii=False), reason)


def _extra(row: Row, unknown: dict[int, str]) -> str | None:
    kept = {label: cell_at(row, index) for index, label in unknown.items() if cell_at(row, index)}
    return json.dumps(kept, ensure_ascii=False) if kept else None


def _fixed_value(column: Column, grid: Grid, place: Placed) -> str | None:
    """Return the value of a column that has one cell for the whole table.

    In a cell, in a title above, or as the section's name.
    """
    if column.name == "section" and place.section_row is not None:
        return next(cell for cell in grid.first(place.section_row + 1)[-1] if cell)
    if column.sheet_name:
        return grid.sheet
    if column.cell:
        found = _CELL.fullmatch(column.cell)
        letters, digits = (found[1], int(found[2])) if found else ("A", 1)
        number = 0
        for letter in letters:
            number = number * 26 + ord(letter) - 64
        return cell_at(row[-1], number - 1) if len(row := grid.first(digits)) == digits else None
    if column.pattern:
        above = [cell for texts in place.titles_in(grid) for cell in texts]
        matches = [match[1] for cell in above if (match := re.search(column.pattern, cell))]
        return matches[0] if matches else None
    return None
