"""Figures and states in the words leaders read."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_STATUS = {
    "met": "已达成", "on_track": "进度正常", "at_risk": "有风险", "behind": "滞后",
    "no_baseline": "无可比基数", "no_data": "无数据",
    "ok": "正常", "warn": "满 7 天未更新", "alarm": "满 10 天未更新", "veto": "满 14 天未更新",
}  # fmt: skip
_CHANCES = ((0.9, "基本可达"), (0.7, "较有把握"), (0.3, "尚需努力"))
_ENOUGH_FROM = (3, 15)  # before this day of the plan's year too little is known for a chance


def number(value: float | None, digits: int = 0) -> str:
    """Return a figure with thousands commas; missing is 无数据, never 0."""
    return "无数据" if value is None else f"{value:,.{digits}f}"


def signed(value: float | None) -> str:
    """Return a change with its sign; — where either side is missing."""
    return "—" if value is None else f"{value:+,.0f}".replace("-", "−") if value else "0"


def percent(value: float | None, *, sign: bool = False) -> str:
    """Return a percentage with one decimal; — where there is none."""
    if value is None:
        return "—"
    return (f"{value:+,.1f} %" if sign else f"{value:,.1f} %").replace("-", "−")


def short(text: str, longest: int = 60) -> str:
    """Return a title cut to what a table cell can bear; the workbook has it whole."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def day_zh(day: date) -> str:
    """Return 10月29日."""
    return f"{day.month}月{day.day}日"


def clock_zh(moment: datetime | None) -> str:
    """Return 10月29日 08:15, or — where the time is not known."""
    return "—" if moment is None else f"{moment.month}月{moment.day}日 {moment:%H:%M}"


def status_zh(status: str) -> str:
    """Return a status or verdict in Chinese."""
    return _STATUS.get(status, status)


def chance_zh(chance: float | None) -> str:
    """Return a chance in words (forecasting.md step 6); two decimals would promise too much."""
    if chance is None:
        return "—"
    return next((word for floor, word in _CHANCES if chance >= floor), "预计难以完成")


def outlook_zh(target: Mapping[str, Any]) -> str:
    """Return a target's chance in words; before 15 March only that too little is known, beside the band."""
    is_early = target["as_of"] < date(target["plan_year"], *_ENOUGH_FROM)
    return "样本不足" if is_early and target["chance"] is not None else chance_zh(target["chance"])
