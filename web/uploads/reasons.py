"""Why a cell is refused, in the words of staff, with what to write instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from collectors.layout import Column

_CJK = re.compile(r"[\u4e00-\u9fff]")
_ADDRESS = re.compile(r"^[A-Z]{1,3}\d+(“[^”]*”)?")  # the page shows cell and value in columns of their own
_NO_YEAR = re.compile(r"\D*(\d{1,2})\s*[.月/-]\s*(\d{1,2})\s*日?\D*")
_FULL = re.compile(r"\D*((?:19|20)\d{2})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})\D*")
_MONTHS = 12
_EXAMPLES = {
    "count": "请写数字，如120", "net": "请写数字，减少写负数，如-12", "number": "请写数字，如12.5", "rate": "请写百分数，如35%",
    "percent": "请写数字，如35.2", "seconds": "请写时长，如90或1:30", "bool": "请写“是”或“否”",
    "datetime": "请写日期和时间，如2023-07-15 09:30", "posted": "请写日期和时间，如2023-07-15 09:30", "month": "请写月份，如2023-07",
}  # fmt: skip


def reason_zh(reason: str, value: str | None, column: Column | None) -> str:
    """Return the remedy; a reason that is Chinese already stays as it is."""
    if _CJK.search(reason):
        return _ADDRESS.sub("", reason).partition("/ ")[0].strip()
    for start, words in _WORDS.items():
        if reason.startswith(start):
            return words(reason, value or "", column)
    return f"请改正后重新提交（{reason}）"


def _missing(_: str, __: str, column: Column | None) -> str:
    if column is not None and column.one_of:
        return f"必填，请从中选一：{'、'.join(column.one_of[:6])}"
    return "必填，请填写"


def _unreadable(_: str, value: str, column: Column | None) -> str:
    kind = column.kind if column is not None else "text"
    if kind in ("date", "datetime", "posted"):
        if told := _date(value):
            return told
        return _EXAMPLES.get(kind, "请写成年-月-日，如2023-07-15")
    return _EXAMPLES.get(kind, "读不出来，请改正")


def _date(value: str) -> str:
    """Return what is wrong with a day that is nearly one, '' when nothing can be said."""
    if match := _FULL.fullmatch(value):
        year, month, day = (int(part) for part in match.groups())
        return f"没有{month}月，请核对月份" if month > _MONTHS else f"{year}年{month}月没有{day}日，请核对"
    if match := _NO_YEAR.fullmatch(value):
        month, day = int(match[1]), int(match[2])
        return f"缺少年份，请写成年-月-日，如2023-{month:02}-{day:02}" if month <= _MONTHS else ""
    return ""


def _future(_: str, __: str, ___: Column | None) -> str:
    return "日期在今天之后，请核对年份"


def _repeated(reason: str, _: str, __: Column | None) -> str:
    keys = reason.partition("(")[2].partition(")")[0]
    return f"同一{keys or '主键'}在这份文件里出现不止一次而数字不同，请只留正确的一行"


def _width(reason: str, _: str, __: Column | None) -> str:
    numbers = re.findall(r"\d+", reason)
    told = f"（这一行{numbers[0]}格，表头{numbers[1]}格）" if len(numbers) > 1 else ""
    return f"这一行的格数与表头不符{told}，请改正或重新导出"


_WORDS: dict[str, Callable[[str, str, Column | None], str]] = {
    "required value missing": _missing,
    "not readable as": _unreadable,
    "date in the future": _future,
    "the same key": _repeated,
    "the line has": _width,
}
