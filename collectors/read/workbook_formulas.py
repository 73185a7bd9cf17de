"""Cells of an .xlsx that a parser leaves empty although the file says something: errors, and formulas whose result nobody saved.

Read as empty they would be “missing”, and nobody would be told. As text (`#DIV/0!`, `=B2-C2`) they are judged like any other cell.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from collectors.model import Grid

_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


def fill_silent_cells(path: Path, parts: list[str], grids: list[Grid]) -> None:
    """Put the text of errors and of formulas without a result into their empty cells."""
    if not parts:
        return
    with zipfile.ZipFile(path) as archive:
        by_name = _sheet_parts(archive)
        for grid in grids:
            if by_name.get(grid.sheet) in parts:
                with archive.open(by_name[grid.sheet]) as stream:
                    _fill(stream, grid)


def _fill(stream: object, grid: Grid) -> None:
    from lxml import etree

    for _, node in etree.iterparse(stream, tag="{*}c"):
        formula, value = node.find("{*}f"), node.findtext("{*}v")
        text = (
            value if node.get("t") == "e" else f"={formula.text or ''}" if formula is not None and not value else None
        )
        place = _PLACE.fullmatch(node.get("r") or "")
        if text and place:
            _put(grid, int(place[2]) - 1, _column(place[1]), text)
        node.clear()


def _put(grid: Grid, row: int, column: int, text: str) -> None:
    """Fill a cell that is empty; the corner of the sheet was bounded before."""
    grid.rows.extend([] for _ in range(row + 1 - len(grid.rows)))
    cells = grid.rows[row]
    cells.extend([None] * (column + 1 - len(cells)))
    cells[column] = cells[column] or text


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return each sheet's name and the part that holds it."""
    from lxml import etree

    relations = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {node.get("Id"): str(node.get("Target")) for node in relations}
    book = etree.fromstring(archive.read("xl/workbook.xml"))
    found = {str(node.get("name")): targets.get(node.get(_REL), "") for node in book.iter("{*}sheet")}
    return {
        name: posixpath.normpath(posixpath.join("xl", target.removeprefix("/xl/"))) for name, target in found.items()
    }
