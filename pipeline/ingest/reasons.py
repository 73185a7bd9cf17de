"""Reasons for staff: why a cell was not read and how to write it, in Chinese and in English.

They are SQL expressions. Each gives the words after the address and the value: C12“7月15日” +
缺少年份，请写成2023-07-15.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.ingest.raw_tables import label_of
from pipeline.warehouse.ddl import sql_literal

if TYPE_CHECKING:
    from datetime import date

    from collectors.layout import Column, Kind, Table

_DAYLIKE = frozenset({"date", "datetime", "days", "posted"})
_ROUNDED = (
    "是Excel四舍五入后的编号（只保留前15位），已改按账号和发布时间认定；"
    "请重新下载原始导出文件，不要用Excel打开后另存"
)
_REMEDY: dict[Kind, tuple[str, str]] = {
    "count": (
        "不是可以识别的数量，请只填数字，如12000或1.2万",
        "not readable as a count: write digits only, such as 12000",
    ),
    "net": (
        "不是可以识别的整数，请只填数字，如-12",
        "not readable as a whole number: write digits only, such as -12",
    ),
    "number": (
        "不是可以识别的数字，请只填数字，如1.5",
        "not readable as a number: write digits only, such as 1.5",
    ),
    "rate": (
        "不是可以识别的比率，请写成0.405或40.5%",
        "not readable as a rate: write 0.405 or 40.5%",
    ),
    "percent": ("不是可以识别的百分数，请写成40.5", "not readable as a percentage: write 40.5"),
    "seconds": (
        "不是可以识别的时长，请写成90秒、1分30秒或1:32:00",
        "not readable as a duration: write 90秒 or 1:32:00",
    ),
    "span": (
        "分不清是时、分还是秒，请写成90分钟或1:30:00",
        "not readable as a duration (hours, minutes or seconds?): write 90分钟 or 1:30:00",
    ),
    "url": (
        "不是网址，请填写以http开头的完整链接，没有链接请留空",
        "no address: write the whole link, beginning with http, or leave the cell empty",
    ),
    "bool": ("不是“是”或“否”，请改填“是”或“否”", "not readable as yes or no: write 是 or 否"),
    "month": ("不是完整的月份，请写成2023-07", "not readable as a month: write 2023-07"),
    "id": (
        _ROUNDED,
        "the identifier was rounded by Excel to 15 digits: download the original export again",
    ),
}


def unreadable(kind: Kind, year: int) -> list[tuple[str, str, str]]:
    """Return why a `value` of this kind cannot be read: conditions in SQL, each with its reasons.

    They are tried in turn, and the last holds always. What lacks its year is proposed in the year
    given.
    """
    if kind not in _DAYLIKE:
        zh, en = _REMEDY[kind]
        return [("true", sql_literal(zh), sql_literal(en))]
    shape = "2023-07-15 19:00" if kind == "datetime" else "2023-07-15"
    day = f"to_range_start(value, {year})"
    cases = [
        (
            "to_range_end(value, default_year) is not null",
            "'是一段日期，请只写一天，如2023-07-15'",
            "days from one to another: write one day, such as",
        ),
        (
            f"default_year is null and {day} is not null",
            f"'缺少年份，请写成' || cast({day} as varchar)", "the year is missing: write",
        ),
        (
            f"to_month(value, coalesce(default_year, {year})) is not null",
            "'只有月份，请写明日期，如2023-07-15'", "a month, no day: write",
        ),
        ("true", sql_literal(f"不是可以识别的日期，请写成{shape}"), f"not readable as {kind}: write"),
    ]  # fmt: skip
    return [(condition, zh, sql_literal(f"{en} {shape}")) for condition, zh, en in cases]


MISSING_EN = sql_literal("required value missing: fill the cell and export again")


def missing(column: Column) -> str:
    """Return SQL for the Chinese reason of an empty cell that must be filled; the English is one."""
    choice = f"从中选填：{'、'.join(column.one_of[:6])}" if column.one_of else "填写后重新提交"
    return sql_literal(f"为空，“{label_of(column)}”必填，请{choice}")


def future(today: date) -> tuple[str, str]:
    """Return SQL for the reasons of a day that has not come."""
    zh = f"晚于读取当天（{today.isoformat()}），请核对日期"
    return sql_literal(zh), sql_literal(
        f"date in the future (read on {today.isoformat()}): correct the cell"
    )


PAST = (
    sql_literal("早于1990年，请核对日期（Excel把0显示为1900年）"),
    sql_literal("date before 1990: correct the cell (Excel shows 0 as 1900)"),
)


def clash(table: Table) -> tuple[str, str]:
    """Return SQL for the reasons of a key that comes twice with other figures."""
    labels = {column.name: label_of(column) for column in table.columns}
    key = "、".join(labels[name] for name in table.key)
    zh = f"在本文件中出现不止一次（按{key}），而数据不同，请只保留正确的一行"
    en = (
        f"the same key ({key}) stands more than once in this file with different figures: keep "
        "the right row"
    )
    return sql_literal(zh), sql_literal(en)


def repeated(table: Table) -> tuple[str, str]:
    """Return SQL for the reasons of a key whose last row counts, with other words than those before it."""
    labels = {column.name: label_of(column) for column in table.columns}
    key = "、".join(labels[name] for name in table.key)
    zh = (
        "concat('与', first_line, '行', case when copies > 2 then concat('等', copies - 1, '行') end, "
        f"'是同一条（按{key}）而内容不同，只计最后一行；不是同一条的，请写出区别后重新提交')"
    )
    en = f"the same key ({key}) stands in other rows with other words; only this row counts"
    return zh, sql_literal(en)


def column_letters(place: int) -> str:
    """Return a column's letters as Excel shows them: 0 is A, 26 is AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
