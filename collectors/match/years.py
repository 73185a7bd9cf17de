"""Find the year of days that are written without one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from collectors.read.columnar import column_at

if TYPE_CHECKING:
    from collectors.layout import Layout
    from collectors.model import Grid, Placed

_YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)")
_FULL_DATE = re.compile(r"20\d{2}[-._年]?(0?[1-9]|1[0-2])[-._月]?(0?[1-9]|[12]\d|3[01])(?!\d)")
_MONTH_AND_DAY = re.compile(r"\s*(1[0-2]|0?[1-9])\s*[月.]\s*\d{1,2}")
_DAYS = ("date", "datetime")
_FEW_MONTHS = 3
_DECEMBER, _JANUARY = 12, 1


def year_of(grid: Grid, layout: Layout, place: Placed, file_name: str) -> int | None:
    """Return the one year that title rows, else the sheet's name, else the file's name give.

    A full date in the file's name is usually the day of export and says nothing about the rows.
    None where an export runs from December into January: then one year cannot be all its days'.
    """
    titles = [" ".join(texts) for texts in place.titles_in(grid)]
    for text in (*titles, grid.sheet, _FULL_DATE.sub("", file_name)):
        years = {int(year) for year in _YEAR.findall(text)}
        if years:
            is_one = len(years) == 1 and not _turns_the_year(grid, layout, place)
            return years.pop() if is_one else None
    return None


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
