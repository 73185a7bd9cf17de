"""HTML tables (also under the name .xls) as grids."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from collectors.model import Grid
from collectors.read.bare_table import bare_tables, span
from collectors.read.columnar import folded
from collectors.read.limits import MAX_COLUMNS, require_few_tags, too_wide
from collectors.read.page_refusal import about_page
from collectors.read.page_styles import Styles
from collectors.read.webpage import page_grid
from collectors.unreadable import Unreadable

if TYPE_CHECKING:
    from bs4 import Tag

    from collectors.model import Row
    from collectors.read.bare_table import Line

_LINES = ["br", "p", "div", "li"]
_CELLS = frozenset({"th", "td"})
_PROSE = re.compile(r"<(p|article|section|h1|main)\b", re.IGNORECASE)
_UNSHOWN = re.compile(r"<(style|script|head)\b.*?</\1\s*>|<[^<>]*>", re.IGNORECASE | re.DOTALL)
_FEW_SIGNS, _AROUND = 200, 20_000  # the pattern looks far ahead: on little text only
_STRUCK = "~~"  # stands before the text of a cell that is crossed out, until the grid is laid out
_TABLE_MARK = re.compile(r"<(/?)table\b", re.IGNORECASE)


def html_grids(text: str) -> list[Grid]:
    """Read a page of a known kind, else every innermost table's <tr>.

    Unreadable when there is neither (a login page).
    """
    require_few_tags(text)
    is_bare = _is_bare_table(text)
    styles = Styles(text)
    lines = bare_tables(text) if is_bare and not styles else None
    grids = (
        [_grid(number, table) for number, table in enumerate(lines, 1)]
        if lines
        else _of_page(text, styles, is_bare=is_bare)
    )
    if isinstance(grids, Grid):
        return [grids]
    if [mark[1] for mark in _TABLE_MARK.finditer(text)][-1:] == [""]:
        raise Unreadable(
            "网页表格没有结束标签，文件不完整（下载可能中断），最后的数字可能被截断。请重新下载。",
            "The last table never ends: the file is cut off. Download it again.",
        )
    return [folded(grid) for grid in grids]


def _of_page(text: str, styles: Styles, *, is_bare: bool) -> Grid | list[Grid]:
    """Return what a page of a known kind says, else every innermost table."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(text, "lxml")
    if not is_bare and (page := page_grid(soup, text)):
        return page
    found = soup.find_all("table")
    outer = {id(table.find_parent("table")) for table in found}
    tables = [table for table in found if id(table) not in outer]
    if not tables:
        raise Unreadable(*about_page(soup))
    return [_of_table(number, table, styles) for number, table in enumerate(tables, 1)]


def _of_table(number: int, table: Tag, styles: Styles) -> Grid:
    lines = table.find_all("tr")
    grid = _grid(number, [_cells(line, styles) for line in lines])
    grid.hidden_rows = {index for index, line in enumerate(lines) if styles.hides(line)}
    return grid


def _is_bare_table(text: str) -> bool:
    """Recognise a platform's export, nothing but tables without prose, from a page.

    Looking for an article in it takes seconds.
    """
    marks = [mark.start() for mark in _TABLE_MARK.finditer(text)]
    if not marks or _PROSE.search(text):
        return False
    around = " ".join((text[: marks[0]] + text[marks[-1] :]).split())
    return len(around) <= _AROUND and len(_UNSHOWN.sub("", around).strip()) <= _FEW_SIGNS


def _grid(number: int, lines: list[Line]) -> Grid:
    """Lay out <th> and <td> alike, because some exports write data as <th>."""
    grid = Grid(f"table{number}", [])
    spanned: dict[int, int] = {}  # column -> the last row that a rowspan from above covers
    width = 0
    for index, cells in enumerate(lines):
        covered = {column for column, last in spanned.items() if last >= index}
        # Some headers say rowspan=2 with no row below to span: then the next row is full, and
        # nothing is covered.
        if sum(wide for _, wide, _, _ in cells) + len(covered) > width:
            covered = set()
        row = _lay_out(grid, index, cells, covered, spanned)
        width = max(width, len(row))
        grid.head.append(row)
    return grid


def _cells(line: Tag, styles: Styles) -> Line:
    """Return a line's cells; asking bs4 by name for each line takes most of the time of a big page."""
    from bs4 import Tag

    cells = [one for one in line.descendants if isinstance(one, Tag) and one.name in _CELLS]
    is_struck = bool(styles) and styles.strikes(line)
    return [
        (
            _cell_text(cell, styles, is_struck=is_struck),
            _span(cell, "colspan"),
            _span(cell, "rowspan"),
            _link(cell),
        )
        for cell in cells
    ]


def _lay_out(
    grid: Grid, number: int, cells: Line, covered: set[int], spanned: dict[int, int]
) -> Row:
    row: Row = []
    for text, wide, high, link in cells:
        while len(row) in covered:
            row.append(None)
        column = len(row)
        if text and text.startswith(_STRUCK):
            text = text.removeprefix(_STRUCK)  # noqa: PLW2901
            grid.struck.add((number, column))
        row += [text, *[None] * (wide - 1)]
        if len(row) > MAX_COLUMNS:
            raise too_wide()
        if link:
            grid.links.setdefault(number, {})[column] = link
        if high > 1:
            grid.merged.append((number, column, number + high - 1, column + wide - 1))
            for covered_column in range(column, column + wide):
                spanned[covered_column] = max(spanned.get(covered_column, 0), number + high - 1)
    return row


def _cell_text(cell: Tag, styles: Styles, *, is_struck: bool) -> str | None:
    """Return a cell's text; what a browser shows on lines of its own stays apart."""
    from bs4.element import NavigableString

    inside = cell.contents
    if styles and styles.hides(cell):
        return None
    mark = _STRUCK if is_struck or (styles and styles.strikes(cell)) else ""
    if len(inside) == 1 and type(inside[0]) is NavigableString:
        return f"{mark}{inside[0]}" if inside[0] else None
    for unseen in cell.find_all(styles.hides) if styles else ():
        unseen.decompose()
    for struck in cell.find_all(styles.strikes):
        is_part = cell.get_text().strip() != struck.get_text().strip()
        struck.decompose() if is_part else struck.insert_before(_STRUCK)
    for raised in cell.find_all("sup"):  # 1 with the footnote 2 is not 12
        raised.insert_before("^")
    if cell.find(_LINES) is None:
        return f"{mark}{cell.get_text().strip() if mark else cell.get_text()}" or None
    for line in cell.find_all(_LINES):
        line.insert_before("\n") if line.name == "br" else line.append("\n")
    return mark + "\n".join(filter(None, map(str.strip, cell.get_text().split("\n")))) or None


def _link(cell: Tag) -> str | None:
    """Return the only address behind a cell."""
    found = {str(link.get("href") or "").strip() for link in cell.find_all("a")}
    return found.pop() if len(found) == 1 and "http" in min(found)[:4].lower() else None


def _span(cell: Tag, name: str) -> int:
    """Return how many columns or rows a cell covers."""
    return span(str(cell.get(name) or "")) if cell.attrs else 1
