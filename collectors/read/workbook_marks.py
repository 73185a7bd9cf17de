"""What an .xlsx does to its text beyond the text: hidden rows and columns, crossed out and raised signs.

Text that is crossed out in part is what is left of it: 100 crossed out before 120 is 120. Raised signs
are footnotes and powers: 1² is 1^2, as in tables of pages.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from collectors.read.workbook_shown import place_of

if TYPE_CHECKING:
    from lxml import etree

    from collectors.model import Grid
    from collectors.read.package import Package

_ON = ("1", "true", "on")
_OFF = ("0", "false", "off", "none", "noStrike")
Run = tuple[str, bool, bool]  # text, whether it is crossed out, whether it is raised


def mark_cells(package: Package, grids: list[Grid]) -> None:
    """Note in each grid its hidden rows and columns and its crossed out cells; mend texts of runs."""
    struck = _struck_styles(package)
    texts = _texts_of_runs(package)
    for grid in grids:
        part = package.sheets.get(grid.sheet, "")
        if part in package:
            _mark(io.BytesIO(package.read(part)), grid, struck, texts)


def _mark(
    stream: io.BytesIO, grid: Grid, struck: frozenset[str], texts: dict[str, list[Run]]
) -> None:
    from lxml import etree

    rows = 0
    for _, node in etree.iterparse(stream, tag=("{*}row", "{*}col"), huge_tree=True):
        if etree.QName(node).localname == "col":
            if node.get("hidden") in _ON or node.get("width") == "0":
                grid.hidden_columns |= set(range(int(node.get("min")) - 1, int(node.get("max"))))
            continue
        rows = int(node.get("r") or rows + 1)
        if node.get("hidden") in _ON or node.get("ht") == "0":
            grid.hidden_rows.add(rows - 1)
        for cell in node.iterfind("{*}c") if struck or texts else ():
            _mark_cell(cell, grid, place_of(cell, rows - 1), struck, texts)
        node.clear()


def _mark_cell(
    cell: etree._Element,
    grid: Grid,
    place: tuple[int, int],
    struck: frozenset[str],
    texts: dict[str, list[Run]],
) -> None:
    if cell.get("s") in struck and grid.at(*place):
        grid.struck.add(place)
        return
    inline = cell.find("{*}is") if cell.get("t") == "inlineStr" else None
    runs = texts.get(cell.findtext("{*}v") or "", []) if cell.get("t") == "s" else []
    put_runs(grid, place, runs if inline is None else _runs(inline))


def put_runs(grid: Grid, place: tuple[int, int], runs: list[Run]) -> None:
    """Put a cell's text as its runs show it."""
    if not any(is_struck or is_raised for _, is_struck, is_raised in runs):
        return
    left = "".join(("^" if raised else "") + text for text, crossed, raised in runs if not crossed)
    if left.strip():
        grid.put(*place, left, instead=True)
    else:
        grid.struck.add(place)


def _struck_styles(package: Package) -> frozenset[str]:
    """Return the numbers of the cells' styles whose font is crossed out."""
    part = package.only("styles")
    if part is None:
        return frozenset()
    root = package.tree(part)
    fonts = [
        _is_on(font.find("{*}strike"))
        for fonts in root.iter("{*}fonts")
        for font in fonts.iterfind("{*}font")
    ]
    return frozenset(
        str(index)
        for styles in root.iter("{*}cellXfs")
        for index, style in enumerate(styles.iterfind("{*}xf"))
        if (font := int(str(style.get("fontId") or 0))) < len(fonts) and fonts[font]
    )


def _texts_of_runs(package: Package) -> dict[str, list[Run]]:
    """Return the shared texts that are crossed out or raised in part, by their number."""
    part = package.only("sharedStrings")
    if part is None or not _may_hold_runs(content := package.read(part)):
        return {}
    from lxml import etree

    found: dict[str, list[Run]] = {}
    items = etree.iterparse(io.BytesIO(content), tag="{*}si", huge_tree=True)
    for index, (_, node) in enumerate(items):
        runs = _runs(node)
        if any(crossed or raised for _, crossed, raised in runs):
            found[str(index)] = runs
        node.clear()
    return found


def _may_hold_runs(content: bytes) -> bool:
    return b"strike" in content or b"vertAlign" in content


def _runs(node: etree._Element) -> list[Run]:
    return [
        (
            run.findtext("{*}t") or "",
            _is_on(run.find("{*}rPr/{*}strike")),
            _value(run.find("{*}rPr/{*}vertAlign")) == "superscript",
        )
        for run in node.iterfind("{*}r")
    ]


def _is_on(node: etree._Element | None) -> bool:
    return node is not None and _value(node) not in _OFF


def _value(node: etree._Element | None) -> str:
    return "" if node is None else str(node.get("val") or "")
