"""The one writer of workbooks.

Chinese sheets and heads, number formats, widths, frozen heads, landscape pages; nothing in them
runs.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Self

from pipeline.base.errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path
    from typing import BinaryIO

LONGEST_TEXT = 32_767  # of Excel's cells
MOST_ROWS = 1_048_576  # of Excel's sheets
_MOST_DIGITS = 10**15  # Excel keeps 15 digits of a number
_FIRST_DAY = date(1900, 3, 1)  # Excel counts a 29 February 1900 that never was
_SAMPLE = 300  # rows whose text sets the widths
_WIDEST, _NARROWEST = 44, 6
_A4 = 9
_LINE = 15  # points
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "constant_memory": True,
}
_FORMATS: dict[str, dict[str, Any]] = {
    "head": {
        "bold": True, "bg_color": "#EEF1F4", "border": 1, "border_color": "#C6CCD4",
        "text_wrap": True, "valign": "vcenter", "align": "center",
    },
    "title": {"bold": True, "font_size": 14}, "text": {},
    "wrapped": {"text_wrap": True}, "link": {"align": "fill"},
    "int": {"num_format": "#,##0"}, "float": {"num_format": "#,##0.0#"},
    "percent": {"num_format": '0.0"%"'}, "rate": {"num_format": "0.0%"},
    "plain": {"num_format": "0"},
    "day": {"num_format": "yyyy-mm-dd"}, "time": {"num_format": "yyyy-mm-dd hh:mm"},
}  # fmt: skip
_FACE = {"font_name": "微软雅黑", "font_size": 10, "valign": "top"}
_PAGE = 110  # characters of a line of text


class WorkbookError(PipelineError):
    """A sheet that Excel cannot hold."""


@dataclass(frozen=True)
class Column:
    """A column.

    Its head, a number format of `_FORMATS` ('' by the value), and words for codes.
    """

    head: str
    kind: str = ""
    words: Mapping[Any, str] = field(default_factory=dict)


class Workbook:
    """A workbook under construction.

    `told` lists the values that Excel cannot hold and what was written instead.
    """

    def __init__(
        self, target: Path | BinaryIO, title: str, created: datetime | None = None
    ) -> None:
        import xlsxwriter

        in_memory = (
            {"in_memory": True, "constant_memory": False} if hasattr(target, "write") else {}
        )
        self._book = xlsxwriter.Workbook(
            target if in_memory else str(target), {**_OPTIONS, **in_memory}
        )
        self._book.set_properties({"title": title, **({"created": created} if created else {})})
        self._formats = {
            name: self._book.add_format({**_FACE, **form}) for name, form in _FORMATS.items()
        }
        self._names: set[str] = set()
        self.told: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def add(
        self, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]], title: str = ""
    ) -> str:
        """Add a sheet and return its name; WorkbookError when it has more rows than a sheet holds."""
        name = self._free_name(name)
        sheet, waiting = self._book.add_worksheet(name), iter(rows)
        first, faces, widths = list(islice(waiting, _SAMPLE)), list[Any](), list[int]()
        for place, column in enumerate(columns):
            width = _width(column, [row[place] for row in first])
            sheet.set_column(place, place, width)
            widths.append(width)
            faces.append(self._formats["wrapped" if width == _WIDEST else "text"])
        _print_setup(sheet, name, len(columns), top := 1 if title else 0)
        if title:
            sheet.write_string(0, 0, title, self._formats["title"])
        for place, column in enumerate(columns):
            sheet.write_string(top, place, column.head, self._formats["head"])
        last = top
        for last, row in enumerate(chain(first, waiting), top + 1):
            if last >= MOST_ROWS:
                raise WorkbookError(
                    f"{name}: a sheet holds {MOST_ROWS:,} rows and this table has more. "
                    "Export it with --csv or as Parquet."
                )
            if (lines := _lines(row, widths)) > 1:
                sheet.set_row(last, lines * _LINE)
            for place, (column, value) in enumerate(zip(columns, row, strict=True)):
                self._cell(sheet, (last, place), value, column, faces[place])
        if last > top:
            sheet.autofilter(top, 0, last, max(len(columns) - 1, 0))
        return name

    def add_text(self, name: str, lines: Iterable[str]) -> None:
        """Add a sheet of lines of text."""
        sheet = self._book.add_worksheet(self._free_name(name))
        wrap = self._book.add_format({**_FACE, "text_wrap": True})
        sheet.set_column(0, 0, _PAGE)
        _print_setup(sheet, name, 1, None)
        for place, line in enumerate(lines):
            if (high := -(-_places(line) // _PAGE)) > 1:
                sheet.set_row(place, high * _LINE)
            sheet.write_string(place, 0, self._text(line, name, place, "说明"), wrap)

    def _free_name(self, name: str) -> str:
        """Return a sheet's name that Excel accepts and that is not yet taken."""
        plain = re.sub(r"[\[\]:*?/\\']", "、", name).strip()[:31] or "表"
        free, number = plain, 2
        while free.casefold() in self._names:
            free, number = f"{plain[:28]}{number}", number + 1
        self._names.add(free.casefold())
        return free

    def _cell(
        self,
        sheet: Any,  # noqa: ANN401
        place: tuple[int, int],
        value: Any,  # noqa: ANN401
        column: Column,
        face: Any,  # noqa: ANN401
    ) -> None:
        """Write one value by its type; a missing one leaves the cell empty."""
        if isinstance(value, str | bool) and value in column.words:
            value = column.words[value]
        if value is None:
            return
        face = self._formats["link"] if _is_link(value) else face
        if isinstance(value, bool):
            sheet.write_string(*place, "是" if value else "否", face)
        elif isinstance(value, int | float) and (
            not math.isfinite(value) or abs(value) >= _MOST_DIGITS
        ):
            self._tell(
                sheet, place, column, f"{value}没有写成数字：Excel只记15位数字，也没有NaN和无穷大"
            )
            sheet.write_string(*place, str(value), face)
        elif isinstance(value, int | float):
            sheet.write_number(
                *place,
                value,
                self._formats[column.kind or ("int" if isinstance(value, int) else "float")],
            )
        elif isinstance(value, datetime) and value.date() >= _FIRST_DAY:
            sheet.write_datetime(*place, value.replace(tzinfo=None), self._formats["time"])
        elif isinstance(value, date) and not isinstance(value, datetime) and value >= _FIRST_DAY:
            sheet.write_datetime(*place, value, self._formats["day"])
        else:
            sheet.write_string(
                *place, self._text(_words(value), sheet.get_name(), place[0], column.head), face
            )

    def _text(self, text: str, sheet: str, row: int, head: str) -> str:
        if len(text) <= LONGEST_TEXT:
            return text
        note = f"……（全文{len(text):,}字，Excel单元格最多{LONGEST_TEXT:,}字，此处截断）"
        self.told.append(
            f"{sheet} 第{row + 1}行“{head}”：全文{len(text):,}字，"
            f"超出Excel单元格的{LONGEST_TEXT:,}字，已截断"
        )
        return text[: LONGEST_TEXT - len(note)] + note

    def _tell(self, sheet: Any, place: tuple[int, int], column: Column, what: str) -> None:  # noqa: ANN401
        self.told.append(f"{sheet.get_name()} 第{place[0] + 1}行“{column.head}”：{what}")


def _lines(row: Sequence[Any], widths: Sequence[int]) -> int:
    """Return how many lines a row's wrapped texts take, at most eight.

    A web address is cut, not wrapped.
    """
    texts = [
        (value, width)
        for value, width in zip(row, widths, strict=True)
        if width == _WIDEST and isinstance(value, str) and not _is_link(value)
    ]
    return min(max((math.ceil(_places(text) / width) for text, width in texts), default=1), 8)


def _is_link(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, str) and value.startswith(("http://", "https://"))


def _words(value: Any) -> str:  # noqa: ANN401
    """Return a value as text: lists joined, control characters (which XML cannot hold) dropped."""
    text = "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return (
        text
        if text.isprintable()
        else "".join(sign for sign in text if sign.isprintable() or sign in "\n\t")
    )


def _print_setup(sheet: Any, name: str, columns: int, head: int | None) -> None:  # noqa: ANN401
    """Set A4 landscape, one page wide, the head on each page and a page number.

    Freeze the head and the first column.
    """
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.set_footer(f"&L{name.replace('&', '&&')}&R第&P页，共&N页")
    if head is not None:
        sheet.repeat_rows(head)
        sheet.freeze_panes(head + 1, 1 if columns > 1 else 0)


def _width(column: Column, values: Sequence[Any]) -> int:
    """Return a width that shows the head and the longest sampled value, within bounds.

    A Chinese character takes two.
    """
    longest = max((_shown(value) for value in values), default=0)
    return min(max(_NARROWEST, min(_places(column.head), 16) + 3, longest + 2), _WIDEST)


def _shown(value: Any) -> int:  # noqa: ANN401
    if value is None:
        return 0
    if isinstance(value, datetime):
        return 16
    if isinstance(value, float):
        return len(f"{value:,.1f}")
    return (
        len(f"{value:,}")
        if isinstance(value, int)
        else max(map(_places, str(value)[:200].split("\n")), default=0)
    )


def _places(text: str) -> int:
    # from here on characters are wide
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)  # noqa: PLR2004
