"""The result of reading a file.

Blocks of text rows under a recognised layout, or a refusal with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from collectors.unreadable import Unreadable

if TYPE_CHECKING:
    import pyarrow as pa

    from collectors.layout import Table

Row = list[str | None]


# what people write into a cell that has nothing
NOTHING = frozenset({
    "", "-", "--", "---", "—", "——", "———", "/", "\\", "无", "暂无", "没有", "0", "零", "略", "空", "×",
    "null",
})  # fmt: skip


def cell_at(row: Row, index: int | None) -> str | None:
    """Return a row's cell; one that is not there is empty."""
    return row[index] if index is not None and index < len(row) else None


UNIT = "unit"  # the place of a unit's own folder


class MissingDependency(Exception):  # noqa: N818 - as Unreadable
    """A Python package that reading needs is not installed: nothing is known about any file."""


class Unavailable(OSError):  # noqa: N818 - as Unreadable
    """The disk or the system would not give the file (a bad sector, no permission).

    Nothing is known about its content.
    """


class Crashed(Unreadable):
    """The parser gave up: it met what its author did not expect, or the bounds of memory and time."""


def crashed(zh: str, en: str) -> Crashed:
    """Return the refusal of a file whose parser failed, with what to do."""
    return Crashed(
        f"文件无法解析：{zh}。请在 Excel 中另存后再放入。",
        f"Cannot be parsed: {en}. Save it anew in Excel and drop that file.",
    )


class Unrecognised(Unreadable):
    """A table that was read, but has no header of a known layout."""


@dataclass(frozen=True)
class BrokenRow:
    """A row that cannot be read right, as a CSV line of the wrong width.

    With `is_fatal` false, one cell or column of it.
    """

    sheet: str
    row_number: int
    column_name: str
    value: str
    reason: str
    # the row is rejected; otherwise one cell or column of it is not read, and the row is
    is_fatal: bool = True


@dataclass
class Grid:
    """One sheet as text: `rows[i]` is the row that Excel shows as i + 1; an empty cell is None.

    A big regular sheet has only its `head` as rows; the rows below are columns of text in `body`.
    """

    sheet: str
    head: list[Row]
    hidden: bool = False
    merged: list[tuple[int, int, int, int]] = field(
        default_factory=list
    )  # first row, first column, last row, last column
    # row index -> column -> the address behind a cell
    links: dict[int, dict[int, str]] = field(default_factory=dict)
    body: pa.Table | None = None
    is_1904: bool = False  # days of a workbook are counted from 1904
    # numbers that may be a day typed 6.10 and held as 6.1
    day_like: set[tuple[int, int]] = field(default_factory=set)
    # days whose year the sheet does not show
    yearless: set[tuple[int, int]] = field(default_factory=set)
    # rows and columns that nobody sees, by hand or by a filter; cells that are crossed out
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    struck: set[tuple[int, int]] = field(default_factory=set)

    @property
    def rows(self) -> list[Row]:
        """All rows; a body becomes rows for good, which costs time.

        Read only the `first` rows where they will do.
        """
        if self.body is not None:
            self.head += map(
                list, zip(*(column.to_pylist() for column in self.body.columns), strict=True)
            )
            self.body = None
        return self.head

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.head) + (self.body.num_rows if self.body is not None else 0)

    def first(self, count: int) -> list[Row]:
        """Return the first rows."""
        return (self.head if count <= len(self.head) else self.rows)[:count]

    def at(self, row: int, column: int) -> str | None:
        """Return a cell's text."""
        cells = self.rows[row] if row < len(self.rows) else []
        return cells[column] if column < len(cells) else None

    def put(self, row: int, column: int, text: str, *, instead: bool = False) -> None:
        """Fill a cell that is empty, or any cell when the text is a better one."""
        self.rows.extend([] for _ in range(row + 1 - len(self.rows)))
        cells = self.rows[row]
        cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = text if instead else cells[column] or text

    @property
    def is_empty(self) -> bool:
        """Return whether no cell holds anything."""
        if any(any(row) for row in self.head):
            return False
        return self.body is None or all(
            column.null_count == len(column) for column in self.body.columns
        )


@dataclass(frozen=True)
class Sheets:
    """All grids of a file, and how it was stored."""

    container: str
    encoding: str | None
    grids: list[Grid]


@dataclass(frozen=True)
class Block:
    """Rows of one declared table in one sheet, by columns.

    `row_number`, `extra`, then `columns`, all but the first text.
    """

    layout: str
    declaration: Table
    sheet: str
    columns: tuple[str, ...]
    data: pa.Table
    default_year: int | None
    broken: list[BrokenRow]
    # column -> its place in the sheet, where it has one
    cells: dict[str, int] = field(default_factory=dict)
    accounts: tuple[str, ...] = ()  # whom the table itself names as its account

    @property
    def row_count(self) -> int:
        """Number of rows."""
        return int(self.data.num_rows)

    @property
    def rows(self) -> list[Row]:
        """The rows one by one, in the order of `columns`."""
        found = self.data.select(list(self.columns)).to_pydict()
        return [list(row) for row in zip(*found.values(), strict=True)]

    @property
    def row_numbers(self) -> list[int]:
        """Each row's number as Excel shows it."""
        return list(self.data["row_number"].to_pylist())

    @property
    def extras(self) -> Row:
        """Each row's undeclared cells as a JSON object."""
        return list(self.data["extra"].to_pylist())


@dataclass(frozen=True)
class ReadResult:
    """A recognised file."""

    container: str
    encoding: str | None
    blocks: list[Block]
    notes: list[str]
    unread_sheets: list[str] = field(default_factory=list)

    @property
    def layouts(self) -> list[str]:
        """Names of the layouts found, each once, in the order of the sheets."""
        return list(dict.fromkeys(block.layout for block in self.blocks))

    @property
    def accounts(self) -> list[str]:
        """Names of accounts that the file bears, each once."""
        return list(dict.fromkeys(name for block in self.blocks for name in block.accounts))

    @property
    def row_count(self) -> int:
        """Rows of all blocks."""
        return sum(block.row_count for block in self.blocks)


@dataclass(frozen=True)
class Placed:
    """A declared table found in a grid: where its header is and which cell serves which column."""

    table: Table
    header_row: int
    data_row: int
    cells: dict[str, int]
    span: tuple[int, ...]
    section_row: int | None = None
    # column -> what stands behind each of its figures (万, %)
    suffixes: dict[str, str] = field(default_factory=dict)
    dressed: int = 0  # cells whose label is a column's in another dress
    end_row: int | None = None  # the first row below that belongs to another table
    # rows of the titles, of a table that is not the first of its sheet
    titles: tuple[tuple[int, int], ...] = ()

    def titles_in(self, grid: Grid) -> list[list[str]]:
        """Return the texts of the table's own titles, then those of the sheet's."""
        spans = self.titles[::-1] or ((0, self.header_row),)
        return [
            [cell for row in grid.first(end)[start:] for cell in row if cell]
            for start, end in spans
        ]

    @cached_property
    def named_by(self) -> list[int]:
        """Return the cells of words that name a row; a row of 合计 has none."""
        return [
            self.cells[column.name]
            for column in self.table.columns
            if column.name in self.table.key
            and column.kind in ("text", "caption")
            and column.name in self.cells
            and self.table.form == "table"
        ]

    @property
    def rank(self) -> tuple[int, int, bool]:
        """Fit of the header, best last: exact labels, dressed labels, one line before two."""
        return len(self.cells) - self.dressed, self.dressed, self.is_one_line

    @property
    def is_one_line(self) -> bool:
        """Distinguish a header of one line from one of two (group above, name below)."""
        return self.data_row == self.header_row + 1
