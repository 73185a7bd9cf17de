"""Cells of an .xls as the sheet shows them, where calamine gives less.

Errors and number formats (xlrd gives both).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from collectors.read.number_formats import shown_by
from collectors.read.workbook_marks import put_runs
from collectors.read.workbook_shown import show_day

if TYPE_CHECKING:
    from collectors.model import Grid
    from collectors.read.number_formats import Shown
    from collectors.read.workbook_marks import Run

_LOOK_ALWAYS = 2 << 20  # bytes: a smaller file costs no time
# A record BOOLERR, or a formula whose result is an error: without one, a big file has no error
# cell.
_ERROR = re.compile(rb"\x05\x02\x08\x00|\x02.[\x00\x07\x0f\x17\x1d\x24\x2a]...\xff\xff", re.DOTALL)
_ERRORS = {
    0: "#NULL!",
    7: "#DIV/0!",
    15: "#VALUE!",
    23: "#REF!",
    29: "#NAME?",
    36: "#NUM!",
    42: "#N/A",
}


def show_xls_cells(data: bytes, grids: list[Grid]) -> None:
    """Put into each grid what its sheet shows and calamine did not give."""
    import xlrd

    if (
        len(data) > _LOOK_ALWAYS
        and not _ERROR.search(data)
        and not any(grid.day_like for grid in grids)
    ):
        return
    book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=_Nowhere())
    styles = {
        index: shown
        for index, style in enumerate(book.xf_list)
        if (entry := book.format_map.get(style.format_key))
        and (shown := shown_by(style.format_key, entry.format_str))
    }
    for grid in grids:
        grid.is_1904 = bool(book.datemode)
        sheet = book.sheet_by_name(grid.sheet)
        _show(sheet, grid, styles)
        _mark(book, sheet, grid)


class _Nowhere:
    """Takes xlrd's remarks on odd files."""

    def write(self, _: str) -> None:
        """Forget a remark."""


# xlrd has no types
def _mark(book: Any, sheet: Any, grid: Grid) -> None:  # noqa: ANN401
    """Note hidden rows and columns and crossed out cells; mend texts of runs."""
    infos = sheet.rowinfo_map.items()
    grid.hidden_rows |= {row for row, info in infos if info.hidden or info.height == 0}
    infos = sheet.colinfo_map.items()
    grid.hidden_columns |= {column for column, info in infos if info.hidden or info.width == 0}
    crossed = {index for index, font in enumerate(book.font_list) if font.struck_out}
    styles = {index for index, style in enumerate(book.xf_list) if style.font_index in crossed}
    for row in range(sheet.nrows) if styles else ():
        for column in range(sheet.row_len(row)):
            if sheet.cell_xf_index(row, column) in styles and grid.at(row, column):
                grid.struck.add((row, column))
    for place, starts in sheet.rich_text_runlist_map.items():
        if place not in grid.struck:
            put_runs(grid, place, _runs(book, sheet.cell_value(*place), starts))


def _runs(book: Any, text: str, starts: list[tuple[int, int]]) -> list[Run]:  # noqa: ANN401
    """Return a text's runs of one font; text before the first run has the cell's font."""
    ends = [*(start for start, _ in starts[1:]), len(text)]
    found: list[Run] = [(text[: starts[0][0]], False, False)] if starts[0][0] else []
    for (start, font), end in zip(starts, ends, strict=True):
        look = book.font_list[font]
        found.append((text[start:end], bool(look.struck_out), look.escapement == 1))
    return found


def _show(sheet: Any, grid: Grid, styles: dict[int, Shown]) -> None:  # noqa: ANN401
    import xlrd

    for row in range(sheet.nrows):
        for column, kind in enumerate(sheet.row_types(row)):
            if kind == xlrd.XL_CELL_ERROR:
                grid.put(row, column, _ERRORS.get(sheet.cell_value(row, column), "#ERROR!"))
            elif kind == xlrd.XL_CELL_DATE:
                shown = styles.get(sheet.cell_xf_index(row, column))
                if shown:
                    show_day(grid, (row, column), shown)
            elif kind == xlrd.XL_CELL_NUMBER:
                shown = styles.get(sheet.cell_xf_index(row, column))
                is_day = (row, column) in grid.day_like
                if shown and (shown.says_more or (is_day and shown.decimals > 1)):
                    grid.put(
                        row, column, shown.text(repr(sheet.cell_value(row, column))), instead=True
                    )
                    grid.day_like.discard((row, column))
