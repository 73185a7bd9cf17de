"""应报: owner × export × month; 零报告; a reminder to copy; the same as a workbook."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from web.access.guard import HANDS_IN, Ask, route
from web.frame import page
from web.pages.upload import workbook
from web.refusal import Refusal
from web.respond import Json
from web.tasks.owed import owed_rows
from web.words import day, span

if TYPE_CHECKING:
    from starlette.responses import Response

    Rows = list[dict[str, Any]]

_WORDS = {"owed": "缺", "due_soon": "将到期", "late": "逾期", "lost": "已失", "partial": "缺几行"}
_PERIOD = re.compile(r"\d{4}(-(0[1-9]|1[0-2]|Q[1-4]|H[12]))?")
_HEADS = ("单位", "数据", "时段", "缺几天", "截止", "平台保留到", "状态", "怎么取得")


def show(ask: Ask) -> Response:
    """Show what is owed as a list and as a grid."""
    has = ask.desk.figures.has("mart.owed")
    rows = owed_rows(ask.desk, ask.person)
    units = list(dict.fromkeys(row["unit"] for row in rows))
    months = sorted({_month(row) for row in rows})
    return page(
        ask, "owed.html", title="应报", has=has,
        rows=[row | {"text": _reminder(row)} for row in rows], units=units, months=months[-12:],
        grid=_grid(rows, months[-12:]), reminder=_reminder_for(rows), words=_WORDS,
    )  # fmt: skip


def _month(row: dict[str, Any]) -> str:
    return f"{row['first_on']:%Y-%m}"


def _grid(rows: Rows, months: list[str]) -> list[dict[str, Any]]:
    """Return units, their exports, and what is missing in each month."""
    lines: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in rows:
        key = (row["unit"], row["owner_zh"], row["export_zh"])
        lines.setdefault(key, {"cells": {}})["cells"].setdefault(_month(row), row)
    units: dict[str, list[dict[str, Any]]] = {}
    for (unit, owner, export), line in sorted(lines.items()):
        units.setdefault(unit, []).append(
            {
                "name": export if owner == unit else f"{owner} {export}",
                "cells": [line["cells"].get(month) for month in months],
            }
        )  # fmt: skip
    return [
        {"unit": unit, "lines": found, "missing": sum(1 for row in rows if row["unit"] == unit)}
        for unit, found in units.items()
    ]


def _reminder(row: dict[str, Any]) -> str:
    lost = f"，{day(row['lost_on'])}后平台查不到" if row["lost_on"] else ""
    due = f"，请于{day(row['due_on'])}前交" if row["due_on"] else ""
    return (
        f"{row['owner_zh']}“{row['export_zh']}”{span(row['first_on'], row['last_on'])}{due}{lost}"
    )


def _reminder_for(rows: Rows) -> str:
    units: dict[str, list[str]] = {}
    for row in rows:
        if row["state"] != "lost":
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
    if not owner or not export or not _PERIOD.fullmatch(period):
        raise Refusal(
            422,
            "请写明单位、数据和月份，如2023-10。",
            "owner, export and period (2023-10) are needed",
        )
    accounts = {account.id: account.unit for account in ask.desk.settings.accounts}
    unit = accounts.get(owner, owner)
    if not ask.person.sees_all and unit != ask.person.unit:
        raise Refusal(403, "只能报本单位的零报告。", "not your unit")
    if unit not in ask.desk.units() and owner not in accounts:
        raise Refusal(422, "没有这个单位。", "no such owner")
    value = None if ask.data.get("undo") is True else "零报告"
    ask.desk.decided.decide(ask.person, "none", f"{owner}|{export}|{period}", value)
    undo = {
        "method": "POST",
        "path": "/api/owed/none",
        "body": {"owner": owner, "export": export, "period": period, "undo": True},
    }
    return Json(
        {
            "said_zh": "已记下零报告。" if value else "已撤销零报告。",
            **({"undo": undo} if value else {}),
        }
    )


def xlsx(ask: Ask) -> Response:
    """Answer with the list as a workbook."""
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(
        stream, {"strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet = book.add_worksheet("应报")
        for place, head in enumerate(_HEADS):
            sheet.write_string(0, place, head)
        for line, row in enumerate(owed_rows(ask.desk, ask.person), 1):
            values = (
                row["unit"], f"{row['owner_zh']} {row['export_zh']}",
                span(row["first_on"], row["last_on"]), row["days_missing"],
                row["due_on"], row["lost_on"], _WORDS.get(row["state"], row["state"]),
                row["how_zh"],
            )  # fmt: skip
            for place, value in enumerate(values):
                if isinstance(value, int):
                    sheet.write_number(line, place, value)
                else:
                    sheet.write_string(line, place, "" if value is None else str(value))
        sheet.set_column(0, 7, 18)
    return workbook(stream.getvalue(), "应报.xlsx")


ROUTES = [
    route("/owed", show, roles=HANDS_IN),
    route("/owed.xlsx", xlsx, roles=HANDS_IN),
    route("/api/owed", owed, roles=HANDS_IN),
    route("/api/owed/none", none, roles=HANDS_IN, method="POST"),
]
