"""data.xlsx: the figures behind every chart, a sheet each, as text and numbers only: nothing in it can run."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reports.queries import Rows

_SAFE = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
    "in_memory": True,
}
_LONGEST_CELL = 32_767  # of Excel


def workbook(data: dict[str, Rows], story: dict[str, Any]) -> bytes:
    """Return the workbook: 说明, then the rows of each chart; identical bytes for identical figures."""
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, _SAFE)
    as_of = data["context"][0]["as_of"]
    book.set_properties({"title": story["title"], "created": datetime(as_of.year, as_of.month, as_of.day)})  # noqa: DTZ001 - Excel knows no zone
    formats = {
        "head": book.add_format({"bold": True, "bg_color": "#EEF2F6"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    }
    about = book.add_worksheet("说明")
    about.set_column(0, 0, 100)
    lines = [
        story["title"],
        "".join(story["verdict"]),
        f"数据截至{story['as_of']}；运行编号 {story['run_id']}。列名与仓库中的表一致，含义见数据字典。",
        *story["notes"],
        *[card["definition"] for card in story["cards"]],
    ]
    for place, line in enumerate(lines):
        about.write_string(place, 0, line[:_LONGEST_CELL])
    for name, rows in data.items():
        _sheet(book.add_worksheet(name[:31]), name, rows, formats)
    book.close()
    return stream.getvalue()


def _sheet(sheet: Any, title: str, rows: Rows, formats: dict[str, Any]) -> None:  # noqa: ANN401 - xlsxwriter is untyped
    sheet.write_string(0, 0, title)
    if not rows:
        sheet.write_string(1, 0, "无数据")
        return
    for column, name in enumerate(rows[0]):
        sheet.write_string(1, column, name, formats["head"])
    for place, row in enumerate(rows, start=2):
        for column, value in enumerate(row.values()):
            _cell(sheet, place, column, value, formats)
    sheet.freeze_panes(2, 1)
    sheet.set_column(0, len(rows[0]) - 1, 14)


def _cell(sheet: Any, row: int, column: int, value: Any, formats: dict[str, Any]) -> None:  # noqa: ANN401
    """Write one value by its type; a missing one leaves the cell empty."""
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, value.replace(tzinfo=None), formats["time"])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, formats["day"])
    else:
        sheet.write_string(row, column, str(value)[:_LONGEST_CELL])
