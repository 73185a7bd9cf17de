"""A target as a card.

Figures as text, the bar's shares, and the sentence that says what must happen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reports.formatting import (
    NOT_KNOWN,
    day_zh,
    number,
    percent,
    plain_name,
    rounded_up,
    status_key,
    status_mark,
    status_zh,
    with_unit,
)

if TYPE_CHECKING:
    from reports.queries import Rows

_PIECES = 6  # planned events up to this are drawn in pieces, one each


@dataclass(frozen=True)
class Year:
    """The part of the plan's year that has passed, as leaders say it."""

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
    items = {row["target_id"]: row["items"] for row in data["evidence"]}
    return [_card(row, year, items.get(row["target_id"], 0), data) for row in data["targets"]]


def _card(row: dict[str, Any], year: Year, items: int, data: dict[str, Rows]) -> dict[str, Any]:
    pieces = pieces_of(row, data["pieces"])
    return {
        "id": row["target_id"], "name": plain_name(row["name_zh"]), "full_name": row["name_zh"],
        "unit": row["unit"],
        "actual": number(row["actual"]), "target": rounded_up(row["target"]),
        "goal": with_unit(rounded_up(row["target"]), row["unit"]),
        "is_known": row["actual"] is not None,
        "gap": "—" if row["gap"] is None else number(row["gap"]),
        "status": status_zh(row["status"]), "key": status_key(row["status"]),
        "mark": status_mark(row["status"]),
        "state": row["status"], "progress": percent(row["attained_pct"]),
        "gain": "" if row["gain_pct"] is None else percent(row["gain_pct"]),
        "bar": bar(row, pieces), "gone": year.gone_pct, "measure": measure(row, pieces),
        "pieces": pieces, "say": row["verdict_zh"] or "", "press": _press(row),
        "evidence": f"{number(items)}{'条记录' if row['kind'] == 'count' else '天数据'}",
        "newest": [
            _newest(one, row) for one in data["newest"] if one["target_id"] == row["target_id"]
        ],
        "definition": row["definition_zh"], "arithmetic": row["arithmetic_zh"] or "",
        "note": row["note_zh"] or "", "range": _range(row),
    }  # fmt: skip


def bar(row: dict[str, Any], pieces: list[bool]) -> float:
    """Return the bar's length in per cent: of quarters, those done; of others, the progress."""
    if pieces and row["pace"] == "quarters":
        return 100 * sum(pieces) / len(pieces)
    return float(min(max(row["progress_pct"] or 0, 0), 100))


def measure(row: dict[str, Any], pieces: list[bool]) -> str:
    """Return what the bar measures: quarters done, the gain made, or the share of the target."""
    if pieces and row["pace"] == "quarters":
        return f"按季完成{sum(pieces)}/{len(pieces)}"
    name = "增量完成率" if row["kind"] == "stock_growth" else "进度"
    return name + (NOT_KNOWN if row["progress_pct"] is None else percent(row["progress_pct"]))


def _press(row: dict[str, Any]) -> str:
    """Return the short line of what must be pressed on."""
    unit, text = row["unit"], plain_name(row["name_zh"])
    if not row["gap"]:
        return f"{text}{status_zh(row['status'])}。"
    text += f"还差{number(row['gap'])}{unit}"
    if (
        row["kind"] == "stock_growth"
        and row["daily_need"] is not None
        and row["recent_daily"] is not None
    ):
        return (
            f"{text}，日均净增须由{number(row['recent_daily'])}"
            f"{unit}提高到{rounded_up(row['daily_need'])}{unit}。"
        )
    return f"{text}，全年还剩{row['days_left']}天。" if row["days_left"] else f"{text}。"


def pieces_of(row: dict[str, Any], pieces: Rows) -> list[bool]:
    """Return one piece a planned event, true when it is done.

    None for a target without planned ones.
    """
    planned = [one for one in pieces if one["target_id"] == row["target_id"]]
    if (
        not planned
        or any(one["done"] is None for one in planned)
        or sum(one["wanted"] for one in planned) > _PIECES
    ):
        return []
    return [place < one["done"] for one in planned for place in range(one["wanted"])]


def _range(row: dict[str, Any]) -> str:
    if row["forecast"] is None:
        return ""
    low, high = row["forecast_low"], row["forecast_high"]
    return number(row["forecast"]) if low is None else f"{number(low)}至{number(high)}"


def _newest(one: dict[str, Any], row: dict[str, Any]) -> dict[str, str]:
    value = f"{number(one['value'])}{row['unit']}" if row["kind"] != "count" else one["title"] or ""
    line = f" 第{one['row_number']}行" if one["row_number"] else ""
    return {"on": day_zh(one["date"]), "what": value, "source": f"{one['original_name']}{line}"}
