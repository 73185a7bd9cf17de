"""Workbooks (.xls and .xlsx) as grids; cells say exactly what the file says."""

from __future__ import annotations

import io
import posixpath
import zipfile
from typing import TYPE_CHECKING, Any

from collectors.model import Grid, Unreadable
from collectors.read.cells import EXACT, cell_text
from collectors.read.columnar import HEAD, WORTH_IT
from collectors.read.workbook_fast import quick_grid

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
QUICK_BYTES = 500_000  # some 10,000 rows of 16 columns


def workbook_grids(path: Path, data: bytes, container: str, *, is_plain: bool = False) -> list[Grid]:
    """Read every worksheet; Unreadable when the workbook cannot be opened.

    `is_plain`: no merged cells, no errors, no formulas without a result; the quick reader would not tell of them.
    """
    import python_calamine

    if is_plain and len(data) >= QUICK_BYTES and (quick := quick_grid(data)):
        _add_links(path, [quick])
        return [quick]
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        grids = [
            _sheet(book, meta) for meta in book.sheets_metadata if meta.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Unreadable(f"Excel 文件打不开（{error}），请在 Excel 中另存后再放入。",
                         f"The workbook cannot be opened ({error}). Save it anew in Excel.") from error  # fmt: skip
    if container == "xlsx":
        _add_links(path, grids)
    return grids


def _sheet(book: Any, meta: Any) -> Grid:  # noqa: ANN401 - calamine has no types
    import python_calamine

    sheet = book.get_sheet_by_name(meta.name)
    rows = sheet.to_python(skip_empty_area=False)
    many = len(rows) >= HEAD + WORTH_IT
    head = [[cell_text(value) for value in row] for row in (rows[:HEAD] if many else rows)]
    merged = [(first[0], first[1], last[0], last[1]) for first, last in sheet.merged_cell_ranges or []]
    hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
    return Grid(meta.name, head, hidden, merged, body=_body(rows[HEAD:]) if many else None)


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


def _add_links(path: Path, grids: list[Grid]) -> None:
    """Find the addresses behind cells; calamine does not give them."""
    from lxml import etree

    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if not any("/_rels/" in name and "worksheets" in name for name in names):
            return
        book_rels = _relations(archive, "xl/_rels/workbook.xml.rels")
        book = etree.fromstring(archive.read("xl/workbook.xml"))
        by_name = {node.get("name"): book_rels.get(node.get(_REL) or "") for node in book.iter("{*}sheet")}
        for grid in grids:
            part = posixpath.normpath(posixpath.join("xl", (by_name.get(grid.sheet) or "").removeprefix("/xl/")))
            rels = posixpath.join(posixpath.dirname(part), "_rels", posixpath.basename(part) + ".rels")
            if part in names and rels in names:
                _sheet_links(archive, part, rels, grid)


def _sheet_links(archive: zipfile.ZipFile, part: str, rels: str, grid: Grid) -> None:
    from lxml import etree

    targets = _relations(archive, rels)
    for node in etree.fromstring(archive.read(part)).iter("{*}hyperlink"):
        address = targets.get(node.get(_REL) or "")
        digits = "".join(sign for sign in (node.get("ref") or "").split(":")[0] if sign.isdigit())
        if address and digits:
            grid.links.setdefault(int(digits) - 1, []).append(address)


def _relations(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    from lxml import etree

    return {node.get("Id"): node.get("Target") for node in etree.fromstring(archive.read(name))}
