"""A target as a card: figures as text, the bar's shares, and the sentence that says what must happen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reports.formatting import (
    NOT_KNOWN,
    day_zh,
    moved,
    number,
    outlook_zh,
    percent,
    plain_name,
    rate,
    rounded_up,
    status_key,
    status_mark,
    status_zh,
)

if TYPE_CHECKING:
    from reports.queries import Rows

_PIECES = 6  # a planned count up to this is drawn in pieces, one an event
_A_WEEK = 7
_OFTEN = 12  # events a year; rarer ones are said one by one, not by the week


@dataclass(frozen=True)
class Year:
    """How much of the plan's year has passed, as leaders say it."""

    gone_pct: float
    days_left: int

    @classmethod
    def of(cls, context: dict[str, Any]) -> Year:
        """Return it from `ops.context`."""
        first, last, today = context["year_start"], context["year_end"], context["plan_as_of"]
        whole = (last - first).days + 1
        gone = min(max((today - first).days + 1, 0), whole)
        return cls(100 * gone / whole, whole - gone)


def cards(data: dict[str, Rows]) -> list[dict[str, Any]]:
    """Return one card a target, in the plan's order."""
    year = Year.of(data["context"][0])
    recent = {row["target_id"]: row["a_day"] for row in data["recent"]}
    items = {row["target_id"]: row["items"] for row in data["evidence"]}
    return [
        _card(row, year, recent.get(row["target_id"]), items.get(row["target_id"], 0), data) for row in data["targets"]
    ]


def _card(row: dict[str, Any], year: Year, a_day: float | None, items: int, data: dict[str, Rows]) -> dict[str, Any]:
    is_growth = row["kind"] != "count"
    measure = "增量完成率" if row["kind"] == "stock_growth" else "进度"
    pieces = _pieces(row, data)
    return {
        "id": row["target_id"],
        "name": plain_name(row["name_zh"]),
        "full_name": row["name_zh"],
        "unit": row["unit"],
        "actual": number(row["actual"]),
        "target": rounded_up(row["target"]),
        "is_known": row["actual"] is not None,
        "status": status_zh(row["status"]),
        "key": status_key(row["status"]),
        "mark": status_mark(row["status"]),
        "state": row["status"],
        "progress": percent(row["progress_pct"]),
        "bar": min(max(row["progress_pct"] or 0, 0), 100),
        "gone": year.gone_pct,
        "measure": f"{measure}{percent(row['progress_pct'])}"
        if row["progress_pct"] is not None
        else f"{measure}{NOT_KNOWN}",
        "gap": _missing_zh(row),
        "pieces": pieces,
        "say": say(row, year, a_day),
        "press": _press(row, year, a_day),
        "evidence": f"{number(items)}{'天数据' if is_growth else '条记录'}",
        "has_evidence": items > 0,
        "newest": [_newest(one, row) for one in data["newest"] if one["target_id"] == row["target_id"]],
        "definition": row["definition_zh"],
        "note": row["note_zh"] or "",
        "range": _range(row),
    }


def say(row: dict[str, Any], year: Year, a_day: float | None) -> str:
    """Return the mart's sentence, or the gap, what must happen and the outlook."""
    if row.get("verdict_zh"):
        return str(row["verdict_zh"])
    if row["actual"] is None:
        return "尚未收到数据，暂不评判。"
    parts = [_grown(row), _gap(row)]
    head = "，".join(part for part in parts if part) + "。"
    return head + (_need(row, year, a_day) if _missing(row) else "")


def _grown(row: dict[str, Any]) -> str:
    if row["growth_pct"] is None:
        return ""
    return ("较上年末" if row["kind"] == "stock_growth" else "同比") + moved(row["growth_pct"])


def _missing(row: dict[str, Any]) -> int:
    """Return what is still missing to the target, whole; 0 when it is reached or not known."""
    if row["actual"] is None or row["target"] is None:
        return 0
    return max(math.ceil(float(row["target"]) - 1e-9) - int(row["actual"]), 0)


def _missing_zh(row: dict[str, Any]) -> str:
    return "—" if row["actual"] is None or row["target"] is None else number(_missing(row))


def _gap(row: dict[str, Any]) -> str:
    if row["target"] is None:
        return "没有可比基数，暂不评判"
    gap = _missing(row)
    return f"还差{number(gap)}{row['unit']}" if gap else "已达到全年目标"


def _need(row: dict[str, Any], year: Year, a_day: float | None) -> str:
    """Return what must happen in the days that are left, beside the recent rate."""
    gap, unit, days = _missing(row), row["unit"], year.days_left
    outlook = outlook_zh(row["chance"])
    tail = f"，{outlook}" if outlook else ""
    if days <= 0:
        return "本年度已结束。"
    if row["kind"] == "stock_growth":
        now = "" if a_day is None else f"，近28天日均{number(a_day)}{unit}"
        return f"后{days}天须日均净增{number(math.ceil(gap / days))}{unit}{now}{tail}。"
    if row["kind"] == "flow_growth":
        wanted = row["required_growth_pct"]
        if wanted is None:
            return f"后{days}天须日均{number(math.ceil(gap / days))}{unit}{tail}。"
        how = f"须增长{percent(wanted)}方可达标" if wanted > 0 else f"降幅不超过{percent(-wanted)}即可达标"
        return f"余下时段同比{how}{tail}。"
    if row["target"] <= _OFTEN:
        return f"后{days}天须再完成{number(gap)}{unit}{tail}。"
    now = "" if a_day is None else f"，近四周周均{rate(a_day * _A_WEEK)}{unit}"
    return f"后{days}天须周均{rate(math.ceil(gap / days * _A_WEEK * 10 - 1e-9) / 10)}{unit}{now}{tail}。"


def _press(row: dict[str, Any], year: Year, a_day: float | None) -> str:
    """Return the short line of what must be pressed on."""
    gap, days = _missing(row), year.days_left
    text = f"{plain_name(row['name_zh'])}还差{number(gap)}{row['unit']}"
    if row["kind"] == "stock_growth" and a_day is not None and days:
        return f"{text}，日均净增须由{number(a_day)}{row['unit']}提高到{number(math.ceil(gap / days))}{row['unit']}。"
    return f"{text}，全年还剩{days}天。" if days else f"{text}。"


def _range(row: dict[str, Any]) -> str:
    if row["forecast"] is None:
        return ""
    low, high = row["forecast_low"], row["forecast_high"]
    return number(row["forecast"]) if low is None else f"{number(low)}至{number(high)}"


def _pieces(row: dict[str, Any], data: dict[str, Rows]) -> list[bool]:
    """Return one piece an event or quarter, true when it is done; none for a target that is not drawn in pieces."""
    pace, target = row.get("pace"), row["target"]
    if (
        row["kind"] != "count"
        or row["actual"] is None
        or not target
        or target > _PIECES
        or pace not in {"quarters", "scheduled"}
    ):
        return []
    held = [one["date"] for one in data["events"] if one["target_id"] == row["target_id"]]
    if pace == "quarters":
        done = {(day.month - 1) // 3 for day in held}
        return [quarter in done for quarter in range(4)]
    return [place < row["actual"] for place in range(round(target))]


def _newest(one: dict[str, Any], row: dict[str, Any]) -> dict[str, str]:
    value = f"{number(one['value'])}{row['unit']}" if row["kind"] != "count" else one["title"] or ""
    line = f" 第{one['row_number']}行" if one["row_number"] else ""
    return {"on": day_zh(one["date"]), "what": value, "source": f"{one['original_name']}{line}"}
