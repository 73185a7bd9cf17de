"""Invented mentions, and the two files that hold them."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LABELS = (
    "标题", "媒体名称", "发布时间", "链接", "情感", "阅读数", "转发数", "评论数", "点赞数", "作者",
    "摘要", "地区", "版面", "专题", "涉及词", "ID",
)  # fmt: skip


def news(rows: int) -> Iterator[list[str | int]]:
    """Invent mentions: each its own title, medium and minute."""
    start = date(2021, 1, 1)
    for n in range(rows):
        day = start + timedelta(days=n % 1000)
        yield [
            f"城管执法第{n}号", f"示例媒体{n % 97}", f"{day} {n % 24:02}:{n % 60:02}:00",
            f"https://m{n % 97}.example.cn/{n}.html", "正面", n % 5000, 3, 4, 5,
            f"记者{n % 31}", "摘要" * 10, "上海", "要闻", "专题", "城管", f"id{n}",
        ]  # fmt: skip


def write_csv(path: Path, rows: int) -> None:
    """Write mentions as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([LABELS, *news(rows)])


def write_workbook(path: Path, rows: int) -> None:
    """Write mentions as one sheet of an xlsx."""
    import xlsxwriter

    with xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "strings_to_urls": False}
    ) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([LABELS, *news(rows)]):
            sheet.write_row(number, 0, row)
