"""`pipeline templates`: an Excel template for every ledger, from the layouts and the year's plan.

The product reads it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from collectors.layout import Column, Layout

_ROWS = 500  # with drop-downs and checks
_HEADER = 1  # the row of the labels; above it the title, below it the example
_LISTS = "字典"  # a sheet the reader skips by its name, as it does 填写说明
_NOT_READ = "（示例，本行不读取）"
_A4 = 9
_KIND_ZH = {
    "text": "文字", "caption": "文字", "url": "网址，以http开头",
    "count": "整数；可写1.2万、10万+；没有填/", "net": "整数，可为负", "number": "数字",
    "rate": "百分数或小数，如57.7%", "percent": "百分数，如57.7",
    "seconds": "秒数；也可写92分钟、1:32:00", "bool": "是或否",
    "date": "日期，如{year}-07-15；也可写7月15日", "datetime": "日期和时间，如{year}-07-15 19:00",
    "posted": "日期和时间，如{year}-07-15 19:00",
    "days": "日期，如{year}-07-15；也可写7月15日-17日", "id": "文字",
    "span": "如90分钟、1小时30分、1:30:00", "month": "月份，如{year}-07",
}  # fmt: skip
_EXAMPLES: dict[str, Any] = {
    "text": "示例文字", "caption": "示例文字", "url": "https://www.example.cn/a", "count": 120,
    "net": 12, "number": 1.5, "rate": 0.577,
    "percent": 57.7, "seconds": 5400, "bool": "是", "date": "{year}-07-15",
    "datetime": "{year}-07-15 19:00", "posted": "{year}-07-15 19:00",
    "days": "{year}-07-15", "id": "7240010000000007123", "span": "90分钟", "month": "{year}-07",
}  # fmt: skip
_UNIT_COLUMNS, _PROJECT_COLUMN = ("unit", "unit_name"), "project"
_DAYS = ("date", "days")
_WIDTHS = {
    "date": 13,
    "days": 13,
    "datetime": 18,
    "posted": 18,
    "month": 10,
    "url": 26,
    "count": 12,
    "bool": 10,
}
_NARROWEST, _WIDEST = 12, 22


@dataclass(frozen=True)
class Filling:
    """Subject of a template.

    Year, units and projects to choose from, and the one unit it is handed to.
    """

    year: int
    units: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    unit: str = ""

    @property
    def suffix(self) -> str:
        """The end of the file's name: _单位_2023年."""
        return f"_{self.unit}_{self.year}年" if self.unit else f"_{self.year}年"


def write_templates(folder: Path, layouts: Iterable[Layout], filling: Filling) -> list[Path]:
    """Write one workbook for each layout that a ledger folder may hold; returns the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_write(folder, layout, filling) for layout in layouts if "ledger" in layout.sources]


def _write(folder: Path, layout: Layout, filling: Filling) -> Path:
    import xlsxwriter

    path = folder / f"{layout.title}{filling.suffix}.xlsx"
    columns = [column for table in layout.tables for column in table.columns if column.labels]
    with xlsxwriter.Workbook(
        str(path), {"strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet = book.add_worksheet(layout.title[:31].replace("/", "、"))
        places = _lists_sheet(book, columns, filling)
        _data_sheet(book, sheet, layout, columns, filling)
        for index, column in enumerate(columns):
            _check(sheet, index, column, places.get(column.name, ""), filling.year)
        _help_sheet(book, layout, columns, filling)
        sheet.activate()
    return path


def _data_sheet(
    book: Any,  # noqa: ANN401
    sheet: Any,  # noqa: ANN401
    layout: Layout,
    columns: list[Column],
    filling: Filling,
) -> None:
    """Write title, labels, the grey example.

    Set widths, frozen head and an A4 page in landscape, one page wide.
    """
    face = {"font_name": "微软雅黑", "font_size": 10}
    head = {
        **face,
        "bold": True,
        "border": 1,
        "border_color": "#A6ADB5",
        "text_wrap": True,
        "align": "center",
        "valign": "vcenter",
    }
    must, may = (book.add_format({**head, "bg_color": colour}) for colour in ("#FCE4D6", "#EEF1F4"))
    grey = book.add_format(
        {
            **face,
            "italic": True,
            "font_color": "#6B747E",
            "bg_color": "#F7F8F9",
            "text_wrap": True,
            "valign": "top",
        }
    )
    whose = f"，{filling.unit}" if filling.unit else ""
    sheet.write_string(
        0,
        0,
        f"{layout.title}（{filling.year}年{whose}）",
        book.add_format({**face, "bold": True, "font_size": 14}),
    )
    for index, column in enumerate(columns):
        sheet.write_string(_HEADER, index, column.labels[0], must if column.required else may)
        day = (
            book.add_format({**face, "num_format": "yyyy-mm-dd"})
            if column.kind in _DAYS
            else book.add_format(face)
        )
        sheet.set_column(index, index, _width(column), day)
        value = example(column, filling)
        shown = f"{value}{_NOT_READ}" if index == 0 else value
        sheet.write(_HEADER + 1, index, shown, grey)
    sheet.set_row(_HEADER, 32)
    sheet.set_row(_HEADER + 1, 32)
    sheet.freeze_panes(_HEADER + 1, 1)
    sheet.repeat_rows(_HEADER)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.set_footer("&R第&P页，共&N页")


def example(column: Column, filling: Filling) -> Any:  # noqa: ANN401
    """Return the example's value of a column, spelt as the instructions say."""
    if column.name in _UNIT_COLUMNS and (filling.unit or filling.units):
        return filling.unit or filling.units[0]
    if column.name == _PROJECT_COLUMN and filling.projects:
        return filling.projects[0]
    value = column.one_of[0] if column.one_of else _EXAMPLES[column.kind]
    return value.format(year=filling.year) if isinstance(value, str) else value


def _width(column: Column) -> int:
    return _WIDTHS.get(column.kind, min(max(_NARROWEST, 2 * len(column.labels[0]) + 3), _WIDEST))


def _choices(column: Column, filling: Filling) -> tuple[str, ...]:
    if column.name in _UNIT_COLUMNS:
        return (filling.unit,) if filling.unit else filling.units
    if column.name == _PROJECT_COLUMN:
        return filling.projects
    return ("是", "否") if column.kind == "bool" else column.one_of


def _lists_sheet(book: Any, columns: list[Column], filling: Filling) -> dict[str, str]:  # noqa: ANN401
    """Write every drop-down's choices on a hidden sheet; returns the cells of each by column name."""
    sheet = book.add_worksheet(_LISTS)
    sheet.hide()
    places, at = dict[str, str](), 0
    for column in columns:
        choices = _choices(column, filling)
        if choices:
            sheet.write_column(0, at, [column.labels[0], *choices])
            places[column.name] = f"='{_LISTS}'!{_absolute(1, at)}:{_absolute(len(choices), at)}"
            at += 1
    return places


def _absolute(row: int, column: int) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True))


def _check(sheet: Any, index: int, column: Column, place: str, year: int) -> None:  # noqa: ANN401
    """Give a column its drop-down or date check, with a hint.

    Both warn and do not forbid, for the reader accepts more.
    """
    hint = {"input_title": column.labels[0][:32], "input_message": _how(column, year)[:255]}
    rule: dict[str, Any] = {"validate": "any", **hint}
    if place:
        rule = {
            "validate": "list",
            "source": place,
            "error_type": "warning",
            "error_message": "不在下拉列表中，确定要这样填吗？",
            **hint,
        }
    elif column.kind in _DAYS:
        span = {"minimum": date(year - 1, 1, 1), "maximum": date(year + 1, 12, 31)}
        more = "也可写7月15日-17日" if column.kind == "days" else "也可写7月15日"
        told = f"请写成{year}-07-15这样的日期；{more}。"
        rule = {
            "validate": "date",
            "criteria": "between",
            **span,
            "error_type": "warning",
            "error_message": told,
            **hint,
        }
    sheet.data_validation(_HEADER + 2, index, _HEADER + 1 + _ROWS, index, rule)


def _how(column: Column, year: int) -> str:
    """Return how to fill a column: exactly what the reader accepts."""
    how = (
        "从下拉列表选择"
        if column.one_of or column.name in (*_UNIT_COLUMNS, _PROJECT_COLUMN)
        else _KIND_ZH[column.kind].format(year=year)
    )
    return f"必填。{how}" if column.required else how


def _help_sheet(book: Any, layout: Layout, columns: list[Column], filling: Filling) -> None:  # noqa: ANN401
    sheet = book.add_worksheet("填写说明")
    wrap = book.add_format(
        {"font_name": "微软雅黑", "font_size": 10, "text_wrap": True, "valign": "top"}
    )
    bold = book.add_format(
        {
            "font_name": "微软雅黑",
            "font_size": 10,
            "bold": True,
            "bg_color": "#EEF1F4",
            "border": 1,
            "border_color": "#A6ADB5",
        }
    )
    lines = [
        f"{layout.title}：一行一件，从示例行的下一行填起；示例行不读取，可以留着，也可以删去。",
        (
            "表头不要改名；橙色列必填；没有数字的格子留空或填/，不要填0。"
            "填好后存为.xlsx整份提交，以后每次在同一份上续填。"
        ),
        "单位从下拉列表选择；放进本单位文件夹的台账，单位列可以留空。",
    ]
    for number, line in enumerate(lines):
        sheet.write_string(number, 0, line)
    for index, head in enumerate(("列名", "必填", "怎么填", "可选值", "也认得的写法")):
        sheet.write_string(len(lines) + 1, index, head, bold)
    for number, column in enumerate(columns, len(lines) + 2):
        cells = [
            column.labels[0],
            "是" if column.required else "",
            _how(column, filling.year),
            "、".join(_choices(column, filling)),
            "、".join(column.labels[1:]),
        ]
        for index, cell in enumerate(cells):
            sheet.write_string(number, index, cell, wrap)
    for index, width in enumerate((18, 6, 34, 40, 34)):
        sheet.set_column(index, index, width)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
