"""Workbooks (.xls and .xlsx) as grids; cells say exactly what the file says."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from collectors.model import Grid
from collectors.read.cells import EXACT, address, cell_text, column_number, is_day_like
from collectors.read.columnar import HEAD, WORTH_IT
from collectors.read.package import Package, with_usual_names
from collectors.read.workbook_fast import quick_grid
from collectors.read.workbook_marks import mark_cells
from collectors.read.workbook_shown import needs_a_look, show_cells, styles_of
from collectors.read.workbook_xls import show_xls_cells
from collectors.unreadable import Unreadable

if TYPE_CHECKING:
    import pyarrow as pa

    from collectors.read.zip_safety import Found

QUICK_BYTES = 500_000  # some 10,000 rows of 16 columns


def xls_grids(data: bytes) -> list[Grid]:
    """Read every worksheet of an .xls; Unreadable when it cannot be opened."""
    grids = sheet_grids(data)
    show_xls_cells(data, grids)
    _refuse_nul(grids)
    return grids


def xlsx_grids(data: bytes, found: Found) -> list[Grid]:
    """Read every worksheet of an .xlsx that was looked into; Unreadable when it cannot be opened."""
    package = Package(data)
    usual = with_usual_names(data, package)
    if usual is not data:
        data, package = usual, Package(usual)
    styles = styles_of(package)
    is_plain = not (found.has_merged or found.silent or needs_a_look(styles) or package.is_1904)
    if is_plain and len(data) >= QUICK_BYTES and (quick := quick_grid(data)):
        grids = [quick]
    else:
        grids = sheet_grids(data)
        show_cells(package, styles, grids, is_silent=bool(found.silent))
    if found.has_marks:
        mark_cells(package, grids)
    _add_links(package, grids)
    _refuse_nul(grids)
    return grids


def sheet_grids(data: bytes) -> list[Grid]:
    """Read every worksheet as calamine gives it."""
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [
            meta
            for meta in book.sheets_metadata
            if meta.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
        return [_sheet(book, meta) for meta in sheets]
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Unreadable(
            f"Excel 文件打不开（{error}），请在 Excel 中另存后再放入。",
            f"The workbook cannot be opened ({error}). Save it anew in Excel.",
        ) from error


def _sheet(book: Any, meta: Any) -> Grid:  # noqa: ANN401 - calamine has no types
    import python_calamine

    sheet = book.get_sheet_by_name(meta.name)
    rows = sheet.to_python(skip_empty_area=False)
    many = len(rows) >= HEAD + WORTH_IT
    head = [[cell_text(value) for value in row] for row in (rows[:HEAD] if many else rows)]
    merged = [
        (first[0], first[1], last[0], last[1]) for first, last in sheet.merged_cell_ranges or []
    ]
    hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
    days = {
        (r, c)
        for r, row in enumerate(rows)
        for c, value in enumerate(row)
        if type(value) is float and is_day_like(value)
    }
    return Grid(
        meta.name, head, hidden, merged, body=_body(rows[HEAD:]) if many else None, day_like=days
    )


def _body(rows: list[list[Any]]) -> pa.Table:
    import pyarrow as pa

    columns = [_column(values) for values in zip(*rows, strict=True)]
    return pa.table(columns, [str(number) for number in range(len(columns))])


def _column(values: tuple[Any, ...]) -> pa.Array:
    """Return what `cell_text` makes of every value; a column of text needs no look at each."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kinds = set(map(type, values))
    if kinds == {str}:
        cells = pa.array(values, pa.string())
        return pc.if_else(pc.equal(cells, ""), None, cells)
    if kinds == {float} and all(map(float.is_integer, values)) and max(map(abs, values)) <= EXACT:
        return pa.array(values, pa.float64()).cast(pa.int64()).cast(pa.string())
    return pa.array(map(cell_text, values), pa.string())


def _add_links(package: Package, grids: list[Grid]) -> None:
    """Find the addresses behind cells; calamine does not give them."""
    for grid in grids:
        part = package.sheets.get(grid.sheet, "")
        if part not in package or not any(
            kind == "hyperlink" for _, kind, _ in package.relations(part)
        ):
            continue
        for cell, target in package.links(part):
            if found := re.fullmatch(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})", cell):
                place = int(found[2]) - 1, column_number(found[1]) - 1
                grid.links.setdefault(place[0], {})[place[1]] = target


def _refuse_nul(grids: list[Grid]) -> None:
    """Refuse a cell with a NUL.

    No person typed it, and what follows it is lost in other programs.
    """
    for grid in grids:
        place = next(
            (
                (r, c)
                for r, row in enumerate(grid.head)
                for c, cell in enumerate(row)
                if cell and "\0" in cell
            ),
            None,
        )
        place = place or _nul_below(grid)
        if place:
            raise Unreadable(
                (
                    f"工作表“{grid.sheet}”的 {address(*place)} 含有空字节（NUL），不是正常的文字。"
                    "请改正该单元格后重新放入。"
                ),
                f"Cell {address(*place)} of sheet {grid.sheet} holds a NUL. Mend it and drop the file again.",
            )


def _nul_below(grid: Grid) -> tuple[int, int] | None:
    """Return the first row of the body, and the column that has a NUL somewhere below it."""
    if grid.body is None:
        return None
    import pyarrow.compute as pc

    for index, column in enumerate(grid.body.columns):
        if pc.any(pc.match_substring(column, "\0")).as_py():
            return len(grid.head), index
    return None
