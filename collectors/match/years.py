"""Find the year of days that are written without one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import normalize

from collectors.read.columnar import column_at

if TYPE_CHECKING:
    from collectors.layout import Layout
    from collectors.model import Grid, Placed

_YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)")
_FULL_DATE = re.compile(r"20\d{2}[-._年]?(0?[1-9]|1[0-2])[-._月]?(0?[1-9]|[12]\d|3[01])(?!\d)")
_MONTH_AND_DAY = re.compile(r"\s*(1[0-2]|0?[1-9])\s*[月.]\s*\d{1,2}")
# 填报日期：2024年1月5日 says when a table was filled in, and of what year its rows are only at last
_FILLED = re.compile(
    r"(?:(?:填报|填表|填写|制表|报送|上报|报表|打印|导出|生成|更新|审核|提交|交表)(?:日期|时间)?"
    r"|(?<![\u4e00-\u9fff])(?:日期|时间))[:\s]*(20\d{2})\s*[-./年]\s*(\d{1,2})(?:\s*[-./月]\s*\d{1,2}\s*日?|\s*月)?"
)
_MONTH = re.compile(r"\s*(\d{1,2})\s*[月./]")
_DAYS = ("date", "datetime")
_FEW_MONTHS = 3
_DECEMBER, _JANUARY = 12, 1


def year_of(grid: Grid, layout: Layout, place: Placed, file_name: str) -> int | None:
    """Return the one year that title rows, else the sheet's name, else the file's name give.

    A full date in the file's name is usually the day of export and says nothing about the rows. The
    day of filling in gives a year only where nothing else does and no row is of a later month.
    None where an export runs from December into January: then one year cannot be all its days'.
    """
    titles = [normalize("NFKC", " ".join(texts)) for texts in place.titles_in(grid)]
    unfilled = [_FILLED.sub(" ", title) for title in titles]
    for text in (*unfilled, grid.sheet, _FULL_DATE.sub("", file_name)):
        years = {int(year) for year in _YEAR.findall(text)}
        if years:
            is_one = len(years) == 1 and not _turns_the_year(grid, layout, place)
            return years.pop() if is_one else None
    filled = {(int(one[1]), int(one[2])) for title in titles for one in _FILLED.finditer(title)}
    if len(filled) != 1 or _turns_the_year(grid, layout, place):
        return None
    year, month = filled.pop()
    return year if _latest_month(grid, place) <= month else None


def _latest_month(grid: Grid, place: Placed) -> int:
    """Return the latest month of the days that lack their year."""
    kinds = (*_DAYS, "days", "month")
    cells = [
        place.cells[c.name]
        for c in place.table.columns
        if c.kind in kinds and c.name in place.cells
    ]
    rows = grid.rows[place.data_row : place.end_row]
    texts = [row[cell] for row in rows for cell in cells if cell < len(row)]
    return max((int(one[1]) for text in texts if text and (one := _MONTH.match(text))), default=0)


def _turns_the_year(grid: Grid, layout: Layout, place: Placed) -> bool:
    """Return whether an export's days without a year are of December and January, and few others."""
    columns = [c.name for c in place.table.columns if c.kind in _DAYS and c.name in place.cells]
    if layout.sources != ("account",) or not columns:
        return False
    index = place.cells[columns[0]]
    cells = [row[index] for row in grid.head[place.data_row : place.end_row] if index < len(row)]
    if grid.body is not None and place.end_row is None:
        cells += column_at(grid.body, index).unique().to_pylist()
    found = (_MONTH_AND_DAY.match(cell) for cell in cells if cell)
    months = {int(one[1]) for one in found if one}
    return {_DECEMBER, _JANUARY} <= months and len(months) <= _FEW_MONTHS
