"""Workbooks with fixed bytes: BIFF with xlwt, xlsx with xlsxwriter (development only)."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import xlsxwriter
import xlwt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

Cell = str | int | float | date
_CREATED = datetime(2023, 11, 1)  # noqa: DTZ001 - a property of a file, fixed so that its bytes are


def write_xls(path: Path, rows: Sequence[Sequence[Cell]]) -> None:
    """Write one BIFF sheet named as the platform names it."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("New Sheet1")
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            sheet.write(r, c, value)
    book.save(str(path))


def write_xlsx(path: Path, sheet_name: str, rows: Sequence[Sequence[Cell]]) -> None:
    """Write one xlsx sheet; dates become date cells."""
    with _book(path) as book:
        _fill(book, sheet_name, rows)


def write_ledger(
    path: Path,
    title: str,
    sheets: Mapping[str, Sequence[Mapping[str, Cell]]],
    total: str | None = None,
) -> None:
    """Write a ledger: a merged title row, the labels, the rows.

    With `total` a 合计 row and a 填表人 line below.
    """
    with _book(path) as book:
        for name, rows in sheets.items():
            labels = list(dict.fromkeys(label for row in rows for label in row))
            body = [[row.get(label, "") for label in labels] for row in rows]
            if total:
                numbers = [value for row in rows if isinstance(value := row.get(total), int)]
                body.append(
                    ["合计", *(sum(numbers) if label == total else "" for label in labels[1:])]
                )
                body.append(["填表人：示例员"])
            sheet = _fill(book, name, [[""], labels, *body])
            year = "" if name.startswith("2022") else "（2023年）"
            sheet.merge_range(0, 0, 0, len(labels) - 1, f"{title}{year}")


def _book(path: Path) -> xlsxwriter.Workbook:
    book = xlsxwriter.Workbook(
        str(path),
        {
            "default_date_format": "yyyy-mm-dd",
            "strings_to_urls": False,
            "strings_to_formulas": False,
        },
    )
    book.set_properties({"created": _CREATED})
    return book


def _fill(
    book: xlsxwriter.Workbook, name: str, rows: Sequence[Sequence[Cell]]
) -> xlsxwriter.worksheet.Worksheet:
    sheet = book.add_worksheet(name)
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if value != "":
                sheet.write(r, c, value)
    return sheet
