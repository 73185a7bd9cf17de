"""Figures, days and states in the words of the pages: filters of the templates."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from pipeline.config.checkout import DEFAULT_TIMEZONE
from reports.formatting import numeral

if TYPE_CHECKING:
    from collections.abc import Callable

# status of a target -> (class of its mark, word)
STATUS = {
    "met": ("met", "已达成"), "on_track": ("on", "进度正常"), "at_risk": ("risk", "有风险"),
    "behind": ("late", "滞后"),
    "incomplete": ("none", "数据不全"), "no_baseline": ("none", "无可比基数"),
    "no_data": ("none", "无数据"),
}  # fmt: skip
# state of an upload -> (class of its mark, word)
UPLOAD = {
    "received": ("none", "未提交"), "waiting": ("on", "今晚入库"), "loaded": ("met", "已入库"),
    "held": ("risk", "待判定"),
    "returned": ("late", "退回"), "withdrawn": ("none", "已撤回"), "cancelled": ("none", "已取消"),
}  # fmt: skip
ROLE = {"admin": "管理员", "office": "宣传处", "unit": "区局", "viewer": "领导"}
_FOR_MAINTAINERS = re.compile(r"[a-z]+/\*?\.?[a-z*]+|files [a-z]+ [0-9a-f]|accounts add|pipeline ")
_KB, _MB = 1 << 10, 1 << 20


def figure(value: Any, digits: int = 0) -> str:  # noqa: ANN401 - any number
    """Return a number with thousands separators and one minus sign; 无数据 when it is missing."""
    return "无数据" if value is None else f"{value:,.{digits}f}".replace("-", "−")


def day(value: date | datetime | None) -> str:
    """Return 10月31日, — when there is none."""
    return "—" if value is None else f"{value.month}月{value.day}日"


def span(first: date | None, last: date | None) -> str:
    """Return 10月1日至31日."""
    if first is None or last is None or first == last:
        return day(first or last)
    if first.year != last.year:
        return f"{first.year}年{day(first)}至{last.year}年{day(last)}"
    return (
        f"{day(first)}至{last.day}日" if first.month == last.month else f"{day(first)}至{day(last)}"
    )


_ZONE = [ZoneInfo(DEFAULT_TIMEZONE)]


def use_zone(name: str) -> None:
    """Show moments in this zone from now on."""
    _ZONE[0] = ZoneInfo(name)


def moment(value: Any, now: datetime | None = None) -> str:  # noqa: ANN401 - ISO text or a moment
    """Return 今天 9:15, 昨天 16:20, 10月28日 or 2022年10月28日."""
    if not value:
        return "—"
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    zone = _ZONE[0]
    found = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(zone)
    now = now or datetime.now(zone)
    days = (now.date() - found.date()).days
    if days in (0, 1):
        return f"{('今天', '昨天')[days]} {found.hour}:{found.minute:02}"
    return day(found) if found.year == now.year else f"{found.year}年{day(found)}"


def period_zh(pair: tuple[str, str]) -> str:
    """Return 第43周周报（10.23–10.29）, 9月月报, 2023年年终报告."""
    kind, name = pair
    if kind == "weekly":
        monday = date.fromisocalendar(int(name[:4]), int(name[-2:]), 1)
        sunday = monday + timedelta(days=6)
        return (
            f"第{int(name[-2:])}周周报（{monday.month}.{monday.day}–{sunday.month}.{sunday.day}）"
        )
    return f"{int(name[-2:])}月月报" if kind == "monthly" else f"{name}年年终报告"


def size(count: int) -> str:
    """Return 26 KB or 2.1 MB."""
    return f"{count / _MB:.1f} MB" if count >= _MB else f"{max(1, round(count / _KB))} KB"


def status_class(status: str) -> str:
    """Return the class of a status's mark."""
    return STATUS.get(status, ("none", status))[0]


def status_word(status: str) -> str:
    """Return a status in Chinese."""
    return STATUS.get(status, ("none", status))[1]


def in_script(value: Any) -> Markup:  # noqa: ANN401 - any JSON value
    """Return JSON for a script element: no sign that could end it."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    signs: dict[str, str | int | None] = {
        "<": "\\u003c",
        ">": "\\u003e",
        "&": "\\u0026",
        "\u2028": "\\u2028",
        "\u2029": "\\u2029",
    }
    # without < > & it is only text there
    return Markup(text.translate(str.maketrans(signs)))  # noqa: S704


def plain(reason: str | None) -> str:
    """Return the first line of a reason without sentences for maintainers (paths, commands)."""
    first = (reason or "").partition("\n")[0]
    kept = [part for part in re.split(r"(?<=[。；])", first) if not _FOR_MAINTAINERS.search(part)]
    return ("".join(kept) or first).rstrip("；") + (
        "。" if kept and kept[-1].endswith("；") else ""
    )


FILTERS: dict[str, Callable[..., Any]] = {
    "figure": figure,
    "numeral": numeral,
    "reported": lambda value: "未报" if value is None else figure(value),
    "clock": lambda value: f"{value.month}月{value.day}日 {value.hour}:{value.minute:02}",
    "title_of": lambda name, titles: titles.get(name, name),
    "day": day,
    "moment": moment,
    "size": size,
    "status_class": status_class,
    "status_word": status_word,
    "upload_class": lambda state: UPLOAD.get(state, ("none", state))[0],
    "upload_word": lambda state: UPLOAD.get(state, ("none", state))[1],
    "span": lambda pair: span(*pair),
    "period_zh": period_zh,
    "plain": plain,
    "json": in_script,
    "role": lambda role: ROLE.get(role, role),
}
