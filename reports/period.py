"""Days of a report: an ISO week, a month or a year in the office's time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta


class PeriodError(ValueError):
    """A period that cannot be read."""


@dataclass(frozen=True)
class Period:
    """`kind` is weekly, monthly or yearend.

    `id` names it in folders and in the outbox (2023-W23, 2023-06, 2023).
    """

    kind: str
    id: str
    first: date
    last: date
    field_zh: str = ""  # the office's field of work, as its plan gives it (field_zh)

    @property
    def report_zh(self) -> str:
        """Name of the report."""
        return (
            self.field_zh
            + {"weekly": "宣传周报", "monthly": "宣传月报", "yearend": "宣传年度回顾"}[self.kind]
        )

    @property
    def title_zh(self) -> str:
        """Title with its days, as the mail's subject has it."""
        days = f"{self.first.year}年"
        if self.kind == "weekly":
            span = f"{self.first.month}.{self.first.day}–{self.last.month}.{self.last.day}"
            days = f"{self.id[:4]}年第{int(self.id[-2:])}周（{span}）"
        elif self.kind == "monthly":
            days += f"{self.first.month}月"
        return f"【{self.report_zh}】{days}"

    @property
    def days_zh(self) -> str:
        """The period as a heading under 变化: 第43周（10.23–10.29）, 2023年10月, 2023年."""
        return self.title_zh.partition("】")[2].removeprefix(
            f"{self.id[:4]}年" if self.kind == "weekly" else ""
        )

    @property
    def before_zh(self) -> str:
        """Words for the period before."""
        return {"weekly": "上周", "monthly": "上月", "yearend": "上年"}[self.kind]

    @property
    def document_zh(self) -> str:
        """The title of the Word document: 2023年10月宣传工作月报."""
        days = {
            "weekly": self.title_zh.partition("】")[2],
            "monthly": f"{self.first.year}年{self.first.month}月",
        }
        name = {"weekly": "宣传工作周报", "monthly": "宣传工作月报", "yearend": "宣传工作年度总结"}[
            self.kind
        ]
        return days.get(self.kind, f"{self.first.year}年") + name

    @property
    def name_zh(self) -> str:
        """Words for the period."""
        return {"weekly": "本周", "monthly": "本月", "yearend": "本年"}[self.kind]


def read(kind: str, text: str) -> Period:
    """Return the period of a kind that `text` names; PeriodError when it names none."""
    if kind == "yearend":
        if not re.fullmatch(r"\d{4}", text.strip()):
            raise PeriodError(f"year {text!r} is not like 2023")
        return year(int(text))
    return week(text) if kind == "weekly" else month(text)


def last(kind: str, as_of: date, plan_year: int) -> Period:
    """Return the last whole week or month by `as_of`, or the plan's year."""
    if kind == "yearend":
        return year(plan_year)
    return last_week(as_of) if kind == "weekly" else last_month(as_of)


def week(text: str) -> Period:
    """Return the ISO week `2023-W23`; PeriodError names what is wrong."""
    match = re.fullmatch(r"(\d{4})-W(\d{1,2})", text.strip())
    if not match:
        raise PeriodError(f"week {text!r} is not like 2023-W23")
    try:
        monday = date.fromisocalendar(int(match[1]), int(match[2]), 1)
    except ValueError as error:
        raise PeriodError(f"week {text!r} does not exist: {error}") from error
    return _week_of(monday)


def last_week(as_of: date) -> Period:
    """Return the last week whose Sunday is not after `as_of`."""
    return _week_of(as_of - timedelta(days=as_of.isoweekday() % 7 + 6))


def month(text: str) -> Period:
    """Return the month `2023-06`."""
    match = re.fullmatch(r"(\d{4})-(\d{2})", text.strip())
    if not match or not 1 <= int(match[2]) <= 12:  # noqa: PLR2004
        raise PeriodError(f"month {text!r} is not like 2023-06")
    return _month_of(date(int(match[1]), int(match[2]), 1))


def last_month(as_of: date) -> Period:
    """Return the last month whose last day is not after `as_of`."""
    return _month_of((as_of + timedelta(days=1)).replace(day=1) - timedelta(days=1))


def year(number: int) -> Period:
    """Return a calendar year."""
    return Period("yearend", f"{number:04}", date(number, 1, 1), date(number, 12, 31))


def _week_of(monday: date) -> Period:
    iso = monday.isocalendar()
    return Period("weekly", f"{iso.year:04}-W{iso.week:02}", monday, monday + timedelta(days=6))


def _month_of(day: date) -> Period:
    first = day.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return Period("monthly", f"{first:%Y-%m}", first, last)
