"""Cells of an .xlsx as the sheet shows them, where a parser gives less.

Errors, formulas without a result, number formats.

An error or a formula nobody computed would be read as empty, that is “missing”, and nobody would
know. As text (`#DIV/0!`, `=B2-C2`) they
are judged like any other cell. A number format may carry meaning: 6.10 is the tenth, 6.1 may be the
first (`number_formats`).
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from collectors.read.cells import column_number
from collectors.read.columnar import folded
from collectors.read.number_formats import shown_by

if TYPE_CHECKING:
    from lxml import etree

    from collectors.model import Grid
    from collectors.read.number_formats import Shown
    from collectors.read.package import Package

_FEW_STYLES = 20  # to ask each cell for
_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


def styles_of(package: Package) -> dict[str, Shown]:
    """Return, by a cell's style number, what its number format adds to a number.

    Styles that add nothing are left out.
    """
    part = package.only("styles")
    if part is None:
        return {}
    root = package.tree(part)
    codes = {
        int(str(node.get("numFmtId") or 0)): node.get("formatCode")
        for node in root.iter("{*}numFmt")
    }
    found: dict[str, Shown] = {}
    for cells in root.iter("{*}cellXfs"):
        for index, node in enumerate(cells.iterfind("{*}xf")):
            number = int(str(node.get("numFmtId") or 0))
            if shown := shown_by(number, codes.get(number)):
                found[str(index)] = shown
    return found


def needs_a_look(styles: dict[str, Shown]) -> bool:
    """Return whether some number is shown as more than its value: parsers of values alone lose that."""
    return any(shown.says_more for shown in styles.values())


def show_cells(
    package: Package, styles: dict[str, Shown], grids: list[Grid], *, is_silent: bool
) -> None:
    """Put into each grid what its sheet shows and the parser did not give; `is_silent`.

    Some cells were left empty.
    """
    for grid in grids:
        part = package.sheets.get(grid.sheet, "")
        if part not in package:
            continue
        grid.is_1904 = package.is_1904
        if is_silent or needs_a_look(styles) or grid.day_like:
            _show(io.BytesIO(package.read(part)), grid, styles)
            folded(grid)


def _show(stream: io.BytesIO, grid: Grid, styles: dict[str, Shown]) -> None:
    """Look at each cell that may show more than its value.

    They are picked out row by row; most cells are not touched.
    """
    from lxml import etree

    odd = [
        f"@s={number}"
        for number, shown in styles.items()
        if shown.says_more or (grid.day_like and shown.decimals > 1)
    ]
    odd = odd if len(odd) <= _FEW_STYLES else ["@s"]
    pick = etree.XPath(
        "*[local-name()='c'][{}]".format(" or ".join([*odd, "@t='e'", "*[local-name()='f']"]))
    )
    rows = 0
    for _, row in etree.iterparse(stream, tag="{*}row", huge_tree=True):
        rows = int(row.get("r") or rows + 1)
        for node in pick(row):
            _show_cell(node, grid, place_of(node, rows - 1), styles)
        row.clear()


def place_of(node: etree._Element, row: int) -> tuple[int, int]:
    """Return a cell's row and column, counted from 0.

    A cell without a name follows the one before it.
    """
    if place := _PLACE.fullmatch(node.get("r") or ""):
        return int(place[2]) - 1, column_number(place[1]) - 1
    return row, node.getparent().index(node)


def show_day(grid: Grid, place: tuple[int, int], shown: Shown) -> None:
    """Note of a day what its sheet does not show: the day of the month, or the year."""
    if month := shown.month(grid.at(*place)):
        grid.put(*place, month, instead=True)
    if shown.is_yearless:
        grid.yearless.add(place)


def _show_cell(
    node: etree._Element, grid: Grid, place: tuple[int, int], styles: dict[str, Shown]
) -> None:
    kind, value, formula = node.get("t") or "n", node.findtext("{*}v"), node.find("{*}f")
    shown = styles.get(node.get("s") or "")
    if kind == "e":
        grid.put(*place, value or "#ERROR!")
    elif (
        formula is not None and not value and not (kind == "str" and '""' in (formula.text or ""))
    ):  # =IF(A1="","",…)
        grid.put(*place, f"={formula.text or '…'}")
    elif shown and (shown.is_month or shown.is_yearless):
        show_day(grid, place, shown)
    elif (
        kind == "n"
        and value
        and shown
        and (shown.says_more or (place in grid.day_like and shown.decimals > 1))
    ):
        grid.put(*place, shown.text(repr(float(value))), instead=True)
        grid.day_like.discard(place)
