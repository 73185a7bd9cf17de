"""Every container as grids of text; cells say exactly what the file says."""

from __future__ import annotations

import csv
import datetime as dt
import io
import posixpath
import sys
import zipfile
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any

from collectors.bounds import require_few_cells, require_size
from collectors.documents import document_grids
from collectors.feeds import feed_grid
from collectors.html import html_grids
from collectors.model import Grid, Sheets, Unavailable, Unreadable
from collectors.safety import check_workbook
from collectors.silent import fill_silent_cells
from collectors.sniff import decode, sniff

if TYPE_CHECKING:
    from pathlib import Path

_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_MAX_COLUMNS = 2_000
_EXACT = 2**53  # up to here a double holds every integer; Weibo ids of 16 digits lie below
_END = "\x00"  # cannot stand in the text: decode() refuses NUL
csv.field_size_limit(sys.maxsize)


def open_sheets(path: Path) -> Sheets:
    """Read a file into grids; Unreadable when it is no table that can be read, Unavailable when the disk fails."""
    require_size(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Unavailable(error.errno, str(error)) from error
    container = sniff(path, data)
    if container in ("xls", "xlsx"):
        silent = check_workbook(path).silent if container == "xlsx" else []
        grids = _workbook(path, data, container)
        fill_silent_cells(path, silent, grids)
        return Sheets(container, None, grids)
    text, encoding = decode(data)
    require_few_cells(text)
    if container == "json":
        return Sheets(container, encoding, document_grids(text))
    if container == "feed":
        return Sheets(container, encoding, [feed_grid(text)])
    grids = html_grids(text) if container == "html" else [_delimited(text)]
    return Sheets(container, encoding, grids)


def cell_text(value: Any) -> str | None:  # noqa: ANN401 - whatever calamine gives
    """Return a cell as text: integers without .0, dates as YYYY-MM-DD[ HH:MM:SS], empty as None."""
    if isinstance(value, str):
        return value or None
    if value is None:
        return None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) <= _EXACT else repr(value)
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return _hours(value) if isinstance(value, dt.timedelta) else str(value)


def _hours(value: dt.timedelta) -> str:
    """Return [h]:mm:ss as Excel shows it; Python would write "1 day, 2:00:00"."""
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def _workbook(path: Path, data: bytes, container: str) -> list[Grid]:
    import python_calamine

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
    rows = [[cell_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    merged = [(first[0], first[1], last[0], last[1]) for first, last in sheet.merged_cell_ranges or []]
    return Grid(meta.name, rows, meta.visible != python_calamine.SheetVisibleEnum.Visible, merged)


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


def _delimited(text: str) -> Grid:
    """Read the whole text as CSV; a quote that never closes would swallow every later line unseen."""
    reader = csv.reader(io.StringIO(f"{text}\n{_END}", newline=""), delimiter=_delimiter(text))
    rows = [[cell or None for cell in row] for row in reader]
    if rows.pop() != [_END]:
        number = len(rows) + 1
        raise Unreadable(f"第 {number} 行有引号没有闭合，其后的内容无法分行（下载可能中断）。请补上引号或重新下载。",
                         f"Row {number} opens a quote that never closes. Mend that line or download it again.")  # fmt: skip
    if max(map(len, rows), default=0) > _MAX_COLUMNS:
        raise Unreadable(f"一行超过 {_MAX_COLUMNS} 列，不是正常的表格。",
                         f"A line of more than {_MAX_COLUMNS} cells: no ordinary table.")  # fmt: skip
    return Grid("csv", rows)


def _delimiter(text: str) -> str:
    """Return the sign that cuts the largest share of its first lines to one width: prose in cells is irregular.

    A share, not a count: under a wrong sign, quoted line breaks fall apart and give more lines.
    """

    def regularity(sign: str) -> tuple[float, int]:
        head = [row for row in islice(csv.reader(io.StringIO(text[:20_000], newline=""), delimiter=sign), 30) if row]
        widths = Counter(len(row) for row in head if len(row) > 1)
        return max(((count / len(head), width) for width, count in widths.items()), default=(0.0, 0))

    return max(",\t;", key=regularity)
