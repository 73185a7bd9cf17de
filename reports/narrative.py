"""A report in words.

Every sentence and cell as text, made once and shown alike in mail, text part, page, Word and
workbook.
"""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING, Any

from reports import chapters
from reports.data_notes import data_notes
from reports.formatting import (
    STATUSES,
    day_zh,
    moved,
    number,
    numeral,
    outlook_zh,
    percent,
    plain_name,
    rate,
    signed,
    span_zh,
    status_key,
    status_mark,
    status_zh,
    wan,
)
from reports.targets import Year, cards

if TYPE_CHECKING:
    from reports.period import Period
    from reports.queries import Rows

_PRESSING = ("behind", "at_risk")
_MOST_PRESSED = 4
_HEADS = {
    "weekly": ("达标所需周均", "与所需相比"),
    "monthly": ("同比（可比日）", "与上月比"),
    "yearend": ("本年状态", "上年状态"),
}
_ALWAYS_COUNTED = STATUSES[:4]


def tell(
    data: dict[str, Rows], period: Period, commentary: list[str], office: str = ""
) -> dict[str, Any]:
    """Return the report's parts, in the reading order of a leader.

    Verdict, targets, changes, lists, data notes.
    """
    context = data["context"][0]
    year = Year.of(context)
    shown = cards(data)
    pressed = [card for state in _PRESSING for card in shown if card["state"] == state]
    story: dict[str, Any] = {
        "period": period, "title": period.title_zh, "office": office, "commentary": commentary,
        "plan_year": context["plan_year"], "as_of": day_zh(context["plan_as_of"]),
        "as_of_day": context["plan_as_of"],
        "gone": percent(year.gone_pct), "gone_pct": year.gone_pct, "days_left": year.days_left,
        "verdict": verdict(data["targets"], context), "lead": lead(data["targets"]),
        "counts": counts(data["targets"]),
        "change_heads": _HEADS.get(period.kind, _HEADS["weekly"]), "cards": shown,
        "pressed": pressed[:_MOST_PRESSED], "changes": changes(data, period),
        "growth": [_growth(row) for row in data["targets"] if row["kind"] != "count"],
        "media": chapters.media(data), "units": chapters.units(data),
        "projects": chapters.projects(data),
        "incidents": chapters.incidents(data, period.name_zh),
        "accounts": chapters.accounts(data, period.name_zh),
        "articles": chapters.articles(data), "notes": data_notes(data, period),
        "run_id": context["run_id"],
    }  # fmt: skip
    story["news"] = chapters.news(data, period, story)
    return story


def verdict(targets: Rows, context: dict[str, Any]) -> list[str]:
    """Return the sentence a leader reads first, as clauses between which a line may break.

    Good states first.
    """
    found = [(status, sum(row["status"] == status for row in targets)) for status in STATUSES]
    parts = [f"{count}项{status_zh(status)}" for status, count in found if count]
    if not parts:
        return [f"截至{day_zh(context['plan_as_of'])}，", "该年度没有计划指标。"]
    ends = ["、"] * (len(parts) - 1) + ["。"]
    head = [f"截至{day_zh(context['plan_as_of'])}，", f"{numeral(len(targets))}项年度指标"]
    return head + [part + end for part, end in zip(parts, ends, strict=True)]


def counts(targets: Rows) -> list[dict[str, Any]]:
    """Return how many targets have each status.

    The four that judge always, the others when they occur.
    """
    found = {status: sum(row["status"] == status for row in targets) for status in STATUSES}
    return [
        {
            "status": status_zh(status),
            "key": status_key(status),
            "mark": status_mark(status),
            "count": count,
        }
        for status, count in found.items()
        if count or status in _ALWAYS_COUNTED
    ]


def lead(targets: Rows) -> str:
    """Return how the growth targets do, in one sentence."""
    parts = [
        _lead(row) for row in targets if row["kind"] != "count" and row["growth_pct"] is not None
    ]
    return f"{'；'.join(parts)}。" if parts else ""


def _lead(row: dict[str, Any]) -> str:
    base = "较上年末" if row["kind"] == "stock_growth" else "同比"
    words = [plain_name(row["name_zh"]) + base + moved(row["growth_pct"])]
    if row["expected_by_now"] is not None and row["actual"] < row["expected_by_now"]:
        words.append(f"比时序进度少{number(row['expected_by_now'] - row['actual'])}{row['unit']}")
    outlook = (
        outlook_zh(row["chance"])
        if row["status"] in {"on_track", *_PRESSING}
        else status_zh(row["status"])
    )
    return "，".join([*words, *([outlook] if outlook else [])])


def changes(data: dict[str, Rows], period: Period) -> list[dict[str, Any]]:
    """Return what each target gained in the period and before it, beside what it is compared to.

    Still ones are left out.
    """
    if period.kind != "weekly":
        return month_changes(data) if period.kind == "monthly" else year_changes(data)
    rows = [
        row
        for row in data["targets"]
        if row["change"] is not None and (row["kind"] != "count" or row["change"])
    ]
    return [_change(row, period) for row in rows]


def month_changes(data: dict[str, Rows]) -> list[dict[str, Any]]:
    """Return what each target gained in the month and in the one before.

    The base year's month is compared too, where it is known.
    """
    gained = {row["target_id"]: row for row in data["months"]}
    rows = [
        (row, gained[row["target_id"]]) for row in data["targets"] if row["target_id"] in gained
    ]
    same = {row["flow"]: row for row in data["same_month"] if row["growth_pct"] is not None}
    return [_month_change(row, gain, same) for row, gain in rows if gain["change"] is not None]


def year_changes(data: dict[str, Rows]) -> list[dict[str, Any]]:
    """Return what each target reached in the year and in the one before, where both have a plan."""
    before = {row["target_id"]: row for row in data["years"]}
    return [
        _year_change(row, before.get(row["target_id"]))
        for row in data["targets"]
        if row["actual"] is not None
    ]


def _year_change(row: dict[str, Any], before: dict[str, Any] | None) -> dict[str, Any]:
    known = before["actual"] if before else None
    return {
        "name": plain_name(row["name_zh"]), "what": f"全年（{row['unit']}）",
        "now": number(row["actual"]),
        "before": "—" if known is None else number(known), "value": row["actual"],
        "value_before": known,
        "need": status_zh(row["status"]),
        "compared": status_zh(before["status"]) if before else "—",
    }  # fmt: skip


def _month_change(
    row: dict[str, Any], gain: dict[str, Any], same: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    flow = same.get("reads") if row["kind"] == "flow_growth" else None
    joint = "（1–2月）" if flow and "–" in flow["period_zh"] else ""
    before, now = gain["change_before"], gain["change"]
    what = (
        "净增"
        if row["kind"] == "stock_growth"
        else "本月"
        if row["kind"] == "flow_growth"
        else "新增"
    )
    return {
        "name": plain_name(row["name_zh"]), "what": f"{what}（{row['unit']}）", "now": number(now),
        "before": "—" if before is None else number(before), "value": now, "value_before": before,
        "need": "—" if flow is None else moved(flow["growth_pct"]) + joint,
        "compared": _more(now, before, in_percent=row["kind"] != "count"),
    }  # fmt: skip


def _more(now: float, before: float | None, *, in_percent: bool) -> str:
    """Return a change against the period before.

    In per cent for large counts, as a difference for small ones.
    """
    if before is None or (in_percent and before <= 0):
        return "—"
    if in_percent:
        return moved(100 * (now / before - 1))
    return (
        "持平" if now == before else f"{'多' if now > before else '少'}{number(abs(now - before))}"
    )


def _change(row: dict[str, Any], period: Period) -> dict[str, Any]:
    what = {"stock_growth": "净增", "flow_growth": period.name_zh}.get(row["kind"], "新增")
    need = None if row["daily_need"] is None else row["daily_need"] * 7
    need = (
        None
        if need is None
        else math.ceil(need)
        if need >= 100  # noqa: PLR2004
        else math.ceil(need * 10 - 1e-9) / 10
    )
    return {
        "name": plain_name(row["name_zh"]), "what": f"{what}（{row['unit']}）",
        "now": signed(row["change"]) if row["change"] < 0 else number(row["change"]),
        "before": "—" if row["change_before"] is None else number(row["change_before"]),
        "value": row["change"], "value_before": row["change_before"],
        "need": "—" if need is None else rate(need),
        "compared": "—" if need is None else "高于所需" if row["change"] >= need else "低于所需",
    }  # fmt: skip


def _growth(row: dict[str, Any]) -> dict[str, Any]:
    """Return a growth chart's title: the finding with its figures."""
    name, unit = plain_name(row["name_zh"]), row["unit"]
    if row["actual"] is None or row["expected_by_now"] is None:
        return {
            "id": row["target_id"],
            "name": name,
            "unit": unit,
            "title": f"{name}：尚无可画的数据",
        }
    gap = row["actual"] - row["expected_by_now"]
    title = f"{name}比时序进度{'多' if gap >= 0 else '少'}{number(abs(gap))}{unit}"
    if row["forecast_low"] is not None and row["as_of"] < date(row["plan_year"], 12, 31):
        title += f"，年末预计在{wan(row['forecast_low'])}至{wan(row['forecast_high'])}{unit}之间"
    return {"id": row["target_id"], "name": name, "unit": unit, "title": title}


def week_zh(period: Period) -> str:
    """Return the days of a report as words: 10月23日至29日."""
    return span_zh(period.first, period.last)
