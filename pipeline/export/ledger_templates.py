"""`pipeline templates`: an Excel template for every ledger, made from the layout declarations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from collectors.layout import Column, Layout

ROWS_WITH_LISTS = 500
_KIND_ZH = {
    "text": "文字", "caption": "文字", "url": "网址（http 开头）", "count": "整数；可写 1.2万、10万+；没有填 /", "net": "整数，可为负", "number": "数字",
    "rate": "百分数或小数，如 57.7%", "percent": "百分数", "seconds": "秒数；也可写 92分钟、1:32:00", "bool": "是 或 否",
    "date": "日期，如 2026-07-15；可写 7月15日-17日", "datetime": "日期和时间，如 2026-07-15 19:00", "posted": "日期和时间", "month": "月份，如 2026-07",
}  # fmt: skip


def write_templates(folder: Path, layouts: Iterable[Layout]) -> list[Path]:
    """Write `<title>.xlsx` for each layout that a ledger folder may hold; returns the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_write(folder, layout) for layout in layouts if "ledger" in layout.sources]


def _write(folder: Path, layout: Layout) -> Path:
    import xlsxwriter

    path = folder / f"{layout.title}.xlsx"
    columns = [column for table in layout.tables for column in table.columns if column.labels]
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        _data_sheet(book, layout, columns)
        _help_sheet(book, layout, columns)
    return path


def _data_sheet(book: Any, layout: Layout, columns: list[Column]) -> None:  # noqa: ANN401 - xlsxwriter has no types
    sheet = book.add_worksheet(layout.title[:31].replace("/", "、"))
    must = book.add_format({"bold": True, "bg_color": "#FCE4D6", "border": 1, "text_wrap": True})
    may = book.add_format({"bold": True, "bg_color": "#E7E6E6", "border": 1, "text_wrap": True})
    for index, column in enumerate(columns):
        sheet.write(0, index, column.labels[0], must if column.required else may)
        sheet.set_column(index, index, max(10, 2 * len(column.labels[0]) + 2))
        if column.one_of:
            rule = {"validate": "list", "source": list(column.one_of), "error_type": "warning"}
            sheet.data_validation(1, index, ROWS_WITH_LISTS, index, rule)
    sheet.freeze_panes(1, 0)


def _help_sheet(book: Any, layout: Layout, columns: list[Column]) -> None:  # noqa: ANN401 - xlsxwriter has no types
    sheet = book.add_worksheet("填写说明")
    lines = [[f"{layout.title}：一行一件，表头不要改名；橙色列必填；没有数字的格子留空或填 /，不要填 0。"], [],
             ["列名", "必填", "怎么填", "可选值", "也认得的写法"]]  # fmt: skip
    lines += [
        [c.labels[0], "是" if c.required else "", _KIND_ZH[c.kind], "、".join(c.one_of), "、".join(c.labels[1:])]
        for c in columns
    ]
    for number, line in enumerate(lines):
        sheet.write_row(number, 0, line)
    sheet.set_column(0, 4, 24)
