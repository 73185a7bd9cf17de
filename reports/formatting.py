"""Figures, days and states in the words leaders read (docs/wording.md)."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

# status -> word, CSS class, shape in text; the same on page, mail, Word and workbook
_STATES = {
    "met": ("已达成", "met", "√"),
    "on_track": ("进度正常", "ok", "●"),
    "at_risk": ("有风险", "risk", "▲"),
    "behind": ("滞后", "bad", "◆"),
    "incomplete": ("数据不全", "nd", "○"),
    "no_baseline": ("无可比基数", "nd", "○"),
    "no_data": ("无数据", "nd", "○"),
    "ok": ("更新正常", "ok", "●"),
    "warn": ("满7天未更新", "risk", "▲"),
    "alarm": ("满10天未更新", "risk", "▲"),
    "veto": ("满14天未更新", "bad", "◆"),
    "按时": ("按时", "ok", "●"),
    "超时": ("超时", "bad", "◆"),
    "未到期": ("未到期", "nd", "○"),
}
STATUSES = ("met", "on_track", "at_risk", "behind", "incomplete", "no_baseline", "no_data")
_CHANCES = ((0.7, "预计可以完成"), (0.3, "尚需努力"))
_NUMERALS = "零一二三四五六七八九十"
_WAN = 10_000
NOT_KNOWN = "无数据"


def number(value: float | None, digits: int = 0) -> str:
    """Return a figure with thousands commas; missing is 无数据, never 0."""
    return NOT_KNOWN if value is None else f"{value:,.{digits}f}".replace("-", "−")


def rounded_up(value: float | None) -> str:
    """Return a target as a whole figure: half a reader more is one reader more."""
    return NOT_KNOWN if value is None else number(math.ceil(value - 1e-9))


def with_unit(figure: str, unit: str) -> str:
    """Return a formatted figure with its unit; 无数据 has none."""
    return figure if figure == NOT_KNOWN else figure + unit


def rate(value: float) -> str:
    """Return a count a week: one decimal below 100, none above."""
    return number(value, 1) if value < 100 else number(value)  # noqa: PLR2004


def wan(value: float) -> str:
    """Return a count of a million and more in 万, a smaller one as it is: 232万, 258,333."""
    return number(value) if abs(value) < 100 * _WAN else f"{value / _WAN:,.0f}万"


def signed(value: float | None) -> str:
    """Return a change with its sign; — where either side is missing."""
    return "—" if value is None else f"{value:+,.0f}".replace("-", "−") if round(value) else "0"


def percent(value: float | None, *, sign: bool = False) -> str:
    """Return a percentage with one decimal; — where there is none."""
    if value is None:
        return "—"
    return (f"{value:+,.1f}%" if sign else f"{value:,.1f}%").replace("-", "−")


def moved(value: float) -> str:
    """Return a change in words: 增长15.4%, 下降0.7%, 持平."""
    word = "增长" if value > 0 else "下降"
    return "持平" if round(value, 1) == 0 else f"{word}{abs(value):,.1f}%"


def numeral(count: int) -> str:
    """Return a small count as Chinese text writes it: 九项; 11项 above ten."""
    return _NUMERALS[count] if 0 <= count <= 10 else str(count)  # noqa: PLR2004


def short(text: str, longest: int = 60) -> str:
    """Return a title cut to what a table cell can bear; the workbook has it whole."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def plain_name(name: str) -> str:
    """Return a target's name without the owner in quotes before it, which every row would repeat."""
    return re.sub(r"^“[^”]*”", "", name) or name


def day_zh(day: date) -> str:
    """Return 10月29日."""
    return f"{day.month}月{day.day}日"


def span_zh(first: date, last: date) -> str:
    """Return 10月23日至29日, or one day."""
    if first == last:
        return day_zh(first)
    return (
        f"{day_zh(first)}至{last.day}日"
        if first.month == last.month
        else f"{day_zh(first)}至{day_zh(last)}"
    )


def clock_zh(moment: datetime | None) -> str:
    """Return 10月29日8时15分, or — where the time is not known."""
    return (
        "—"
        if moment is None
        else f"{moment.month}月{moment.day}日{moment.hour}时{moment.minute:02}分"
    )


def status_zh(status: str) -> str:
    """Return a status or verdict in Chinese."""
    return _STATES[status][0] if status in _STATES else status


def status_key(status: str) -> str:
    """Return the palette's key of a status: met, ok, risk, bad; nd where nothing can be said."""
    return _STATES[status][1] if status in _STATES else "nd"


def status_mark(status: str) -> str:
    """Return the shape printed before a status in text; all shapes are in GB 2312."""
    return _STATES[status][2] if status in _STATES else "○"


def outlook_zh(chance: float | None) -> str:
    """Return a chance in words; two decimals would promise too much, and no chance says nothing."""
    if chance is None:
        return ""
    return next((word for floor, word in _CHANCES if chance >= floor), "预计难以完成")
