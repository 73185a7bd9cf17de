"""The data notes of a report: what is missing, corrected, provisional, or waits for a person.

In plain official Chinese.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reports.formatting import day_zh, number, plain_name, span_zh

if TYPE_CHECKING:
    from datetime import date

    from reports.period import Period
    from reports.queries import Rows

_METRICS = {
    "followers": "粉丝", "net_followers": "粉丝", "new_followers": "粉丝",
    "lost_followers": "粉丝", "reads": "阅读",
    "readers": "阅读", "shares": "分享", "sharers": "分享",
}  # fmt: skip
_MOST_GAPS = 8


def data_notes(data: dict[str, Rows], period: Period) -> list[str]:
    """Return the notes, one a line."""
    context = data["context"][0]
    today = context["plan_as_of"]
    first = f"数据截至{day_zh(today)}"
    if period.kind == "weekly":
        first += (
            f"；“本周”指{span_zh(period.first, period.last)}（周日止），"
            f"年度累计数计至{day_zh(today)}"
        )
    return [
        first + "。", *_coverage(data), *_gaps(data), *_corrected(data), *_waiting(data),
        *_stale(data), *_annotated(data),
        "最近3天的账号数据和发布未满7天的文章数据为暂定数。",
        "预测按目前进度推算，常见范围约含八成情形，不作保证；没有数据的写“无数据”，不当作0。",
        "“已超计划时限”指系统尚未收到开展材料，不等于未开展，请责任部门及时补报。",
    ]  # fmt: skip


def _coverage(data: dict[str, Rows]) -> list[str]:
    """Return on how many of the year's days each growth target has data, when some lack it."""
    rows = [row for row in data["targets"] if row["days_covered"] is not None]
    if all(row["days_covered"] >= row["days_expected"] for row in rows):
        return []
    parts = [f"{plain_name(row['name_zh'])}{row['days_covered']}天" for row in rows]
    return [f"今年{rows[0]['days_expected']}天中，{'、'.join(parts)}有数据。"]


def _gaps(data: dict[str, Rows]) -> list[str]:
    by_account: dict[str, list[str]] = {}
    for row in data["gaps"]:
        words = f"{span_zh(row['gap_from'], row['gap_to'])}{_METRICS.get(row['metric'], '')}数据"
        by_account.setdefault(row["name"], []).append(words)
    lines = []
    for name, spans in by_account.items():
        more = f"等{len(spans)}段" if len(spans) > _MOST_GAPS else ""
        lines.append(f"“{name}”{'、'.join(spans[:_MOST_GAPS])}{more}缺失，按缺失处理，不作0计算。")
    return lines


def _corrected(data: dict[str, Rows]) -> list[str]:
    spans: dict[str, set[date]] = {}
    for row in data["restated"]:
        what = _METRICS.get(row["column_name"])
        if what and row["first_on"] and row["last_on"]:
            spans.setdefault(what, set()).update((row["first_on"], row["last_on"]))
    lines = [
        f"{span_zh(min(days), max(days))}{what}数据已按最新导出更正。"
        for what, days in spans.items()
    ]
    others = sum(
        row["changed"]
        for row in data["restated"]
        if not (row["column_name"] in _METRICS and row["first_on"])
    )
    return [*lines, *([f"另有{number(others)}处旧值已按最新文件更正。"] if others else [])]


def _waiting(data: dict[str, Rows]) -> list[str]:
    waiting = data["review"][0]["waiting"] if data["review"] else 0
    return [f"{number(waiting)}条报道倾向待宣传处核定，暂未计入。"] if waiting else []


def _stale(data: dict[str, Rows]) -> list[str]:
    latest: dict[str, Any] = {}
    for row in data["freshness"]:
        if row["last_date"] is not None and row["name"] not in {"ledger", "news"}:
            latest[row["name"]] = max(row["last_date"], latest.get(row["name"], row["last_date"]))
    return [f"“{name}”有导出文件只到{day_zh(day)}，请补报。" for name, day in latest.items()]


def _annotated(data: dict[str, Rows]) -> list[str]:
    return [
        f"{row['from_on'].year}年{span_zh(row['from_on'], row['to_on'])}为特殊时段，基期数据"
        + (
            "已作修正。"
            if row["affects_base"]
            else "按原始数计算，未作修正；如需调整，请告知数据管理员。"
        )
        for row in data["annotations"]
    ]
