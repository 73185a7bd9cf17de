"""Write one grid of texts as every kind of file a person or a platform may hand in."""

from __future__ import annotations

import csv
import io
from html import escape
from pathlib import Path

import xlsxwriter
import xlwt

Cells = list[list[str]]
TEXT = ("utf-8", "utf-8-sig", "gb18030", "utf-16")
CONTAINERS = (
    "xlsx", "xls",
    *(f"{kind}/{encoding}" for kind in ("csv", "tsv") for encoding in TEXT),
    "html/utf-8", "html/utf-8-sig", "html/gb18030",
)  # fmt: skip


def write_file(path: Path, sheets: dict[str, Cells], container: str) -> None:
    """Write the sheets (text containers.

    The only one) under a name that says nothing of the container.
    """
    kind, _, encoding = container.partition("/")
    if kind == "xlsx":
        _write_xlsx(path, sheets)
    elif kind == "xls":
        _write_xls(path, sheets)
    else:
        (cells,) = sheets.values()
        text = _html(cells) if kind == "html" else _delimited(cells, "\t" if kind == "tsv" else ",")
        path.write_bytes(text.encode(encoding))


def is_number(text: str) -> bool:
    """Tell a figure that Excel would hold as a number and give back letter for letter."""
    return text.isascii() and text.isdigit() and len(text) < 16 and (text == "0" or text[0] != "0")


def _write_xlsx(path: Path, sheets: dict[str, Cells]) -> None:
    with xlsxwriter.Workbook(path) as book:
        for name, cells in sheets.items():
            sheet = book.add_worksheet(name)
            for r, c, text in _filled(cells):
                sheet.write_number(r, c, int(text)) if is_number(text) else sheet.write_string(
                    r, c, text
                )


def _write_xls(path: Path, sheets: dict[str, Cells]) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    for name, cells in sheets.items():
        sheet = book.add_sheet(name)
        for r, c, text in _filled(cells):
            sheet.write(r, c, int(text) if is_number(text) else text)
    book.save(str(path))


def _filled(cells: Cells) -> list[tuple[int, int, str]]:
    return [(r, c, text) for r, row in enumerate(cells) for c, text in enumerate(row) if text]


def _delimited(cells: Cells, sign: str) -> str:
    stream = io.StringIO()
    csv.writer(stream, delimiter=sign).writerows(cells)
    return stream.getvalue()


def _html(cells: Cells) -> str:
    rows = ("".join(f"<td>{escape(text)}</td>" for text in row) for row in cells)
    return f"<html><body><table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table></body></html>"
