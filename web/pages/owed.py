"""应报: owner × export × month; 零报告; a reminder to copy; the same as a workbook."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from pipeline.base.errors import ConfigError
from pipeline.export.workbook import Column, Workbook
from pipeline.run.owed import report_none
from web.access.guard import HANDS_IN, Ask, route
from web.frame import page
from web.pages.upload import workbook
from web.refusal import Refusal
from web.respond import Json
from web.targets import context
from web.tasks import owed_grid
from web.tasks.owed import delivered_rows, owed_rows, still_due
from web.words import day, span

if TYPE_CHECKING:
    from datetime import date

    from starlette.responses import Response

    Rows = list[dict[str, Any]]

_WORDS = {
    "owed": "缺", "due_soon": "将到期", "late": "逾期", "lost": "已失", "partial": "有行待改"
}  # fmt: skip
_HEADS = ("单位", "数据", "时段", "缺几天", "待改几行", "截止", "平台保留到", "状态", "怎么取得")


def show(ask: Ask) -> Response:
    """Show what is owed as a list, and what was delivered as a grid."""
    figures = ask.desk.figures
    has = figures.has("mart.owed")
    rows = owed_rows(ask.desk, ask.person)
    today = ask.desk.settings.today()
    due = sorted(still_due(rows), key=lambda row: _order(row, today))
    return page(
        ask, "owed.html", title="应报", has=has, rows=rows, due=due, lost=len(rows) - len(due),
        units=list(dict.fromkeys(row["unit"] for row in due)), **_grid(ask, rows),
        reminder=_reminder_for(rows), words=_WORDS, long=owed_grid.long, reminder_of=_reminder_for,
    )  # fmt: skip


def _order(row: dict[str, Any], today: date) -> tuple[Any, ...]:
    """Order what is owed by urgency.

    What a platform will forget, then what is due, then what is late (newest first).
    """
    forgets = row["lost_on"] if row["state"] != "partial" else None
    is_late = row["due_on"] < today
    return (
        forgets is None, forgets or today, is_late,
        abs((row["due_on"] - today).days), row["unit"], row["owner"], row["export"],
    )  # fmt: skip


def _grid(ask: Ask, rows: Rows) -> dict[str, Any]:
    """Return the grid of the year requested, by default the newest."""
    delivered = delivered_rows(ask.desk, ask.person)
    years = owed_grid.years(delivered)
    asked = ask.request.query_params.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and int(asked) in years else None
    year = year or (years[0] if years else 0)
    as_of = context(ask.desk.figures)["as_of"] if years else None
    found = owed_grid.grid(delivered, rows, year, as_of) if as_of else []
    order = {unit: place for place, unit in enumerate(ask.desk.units())}
    found.sort(key=lambda group: order.get(group["unit"], -1))  # the office's own first
    return {"grid": found, "year": year, "years": years, "as_of": as_of}


def _reminder(row: dict[str, Any]) -> str:
    if row["state"] == "partial":
        return (
            f"{row['owner_zh']}“{row['export_zh']}”{span(row['first_on'], row['last_on'])}有"
            f"{row['rows_missing']}行没有收下，请改正后重交"
        )
    lost = f"，{day(row['lost_on'])}后平台查不到" if row["lost_on"] else ""
    due = f"，请于{day(row['due_on'])}前交" if row["due_on"] else ""
    return (
        f"{row['owner_zh']}“{row['export_zh']}”{span(row['first_on'], row['last_on'])}{due}{lost}"
    )


def _reminder_for(rows: Rows, unit: str = "") -> str:
    """Return the text that reminds one unit, or all."""
    units: dict[str, list[str]] = {}
    for row in still_due(rows):
        if unit in ("", row["unit"]):
            units.setdefault(row["unit"], []).append(_reminder(row))
    return "\n\n".join(
        f"{unit}：尚缺\n" + "\n".join(f"{n}. {line}。" for n, line in enumerate(lines, 1))
        for unit, lines in units.items()
    )


def owed(ask: Ask) -> Response:
    """Answer with the rows of mart.owed, a unit's own only."""
    return Json(owed_rows(ask.desk, ask.person))


def none(ask: Ask) -> Response:
    """Say that there was nothing to report (零报告): of one's own unit, or of any for the office."""
    owner, export, period = ask.text("owner", 100), ask.text("export", 100), ask.text("period", 20)
    if not owner or not export or not period:
        raise Refusal(
            422,
            "请写明单位、数据和月份，如2023-10。",
            "owner, export and period (2023-10) are needed",
        )
    accounts = {account.id: account.unit for account in ask.desk.settings.accounts}
    if not ask.person.sees_all and accounts.get(owner, owner) != ask.person.unit:
        raise Refusal(403, "只能报本单位的零报告。", "not your unit")
    takes_back = ask.data.get("undo") is True
    ask.desk.figures.night()
    try:
        report_none(ask.desk.home, owner, export, period, by=ask.person.name, takes_back=takes_back)
    except ConfigError as error:
        zh, _, en = str(error).partition(" / ")
        raise Refusal(422, f"{zh}。", en or zh) from error
    if takes_back:
        return Json({"said_zh": "已撤销零报告。"})
    given = {"owner": owner, "export": export, "period": period, "undo": True}
    undo = {"method": "POST", "path": "/api/owed/none", "body": given}
    return Json({"said_zh": "已记下零报告。", "undo": undo})


def xlsx(ask: Ask) -> Response:
    """Answer with the list and the grid as a workbook."""
    rows = owed_rows(ask.desk, ask.person)
    found = _grid(ask, rows)
    stream = io.BytesIO()
    with Workbook(stream, "应报") as book:
        book.add("应报", [Column(head) for head in _HEADS], map(_line, rows))
        if found["grid"]:
            head = ("单位", "数据", *(f"{month}月" for month in owed_grid.MONTHS))
            lines = [
                (group["unit"], line["name"], *(cell["text"] for cell in line["cells"]))
                for group in found["grid"]
                for line in group["lines"]
            ]
            book.add(f"{found['year']}年一览", [Column(name) for name in head], lines)
    return workbook(stream.getvalue(), "应报.xlsx")


def _line(row: dict[str, Any]) -> tuple[Any, ...]:
    return (
        row["unit"], f"{row['owner_zh']} {row['export_zh']}",
        span(row["first_on"], row["last_on"]), row["days_missing"], row["rows_missing"],
        row["due_on"], row["lost_on"], _WORDS.get(row["state"], row["state"]), row["how_zh"],
    )  # fmt: skip


ROUTES = [
    route("/owed", show, roles=HANDS_IN),
    route("/owed.xlsx", xlsx, roles=HANDS_IN),
    route("/api/owed", owed, roles=HANDS_IN),
    route("/api/owed/none", none, roles=HANDS_IN, method="POST"),
]
