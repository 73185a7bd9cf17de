"""The grid of 应报: units, their exports, and a year's months; what each cell says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from web.tasks.owed import name_of
from web.words import day, span

if TYPE_CHECKING:
    from datetime import date

    Rows = list[dict[str, Any]]
    Cell = dict[str, Any]

MONTHS = range(1, 13)
_DONE = {"delivered": ("ok", "✓", "已交"), "none": ("zero", "零", "零报告")}


def grid(delivered: Rows, owed: Rows, year: int, as_of: date) -> Rows:
    """Return units with their lines and twelve cells each; a quarter's cell is in its last month."""
    lacking = {name_of(row): row for row in owed}
    lines: dict[tuple[str, str, str], dict[int, Cell]] = {}
    for row in delivered:
        if row["last_on"].year != year:
            continue
        cells = lines.setdefault((row["unit"], row["owner_zh"], row["export_zh"]), {})
        cells[row["last_on"].month] = cell_of(row, lacking.get(name_of(row)))
    running = as_of.month if as_of.year == year else 0
    units: dict[str, Rows] = {}
    for (unit, owner, export), cells in lines.items():
        name = export if owner == unit else f"{owner} {export}"
        shown = [cells.get(month) or _empty(month, running) for month in MONTHS]
        units.setdefault(unit, []).append({"name": name, "cells": shown})
    return [
        {"unit": unit, "lines": found, "missing": sum(_lacks(line) for line in found)}
        for unit, found in units.items()
    ]


def _lacks(line: dict[str, Any]) -> int:
    return sum(1 for cell in line["cells"] if cell["row"] and cell["kind"] != "lost")


def _empty(month: int, running: int) -> Cell:
    is_running = month == running
    return {
        "kind": "", "text": "…" if is_running else "", "said": "月份未结束" if is_running else "",
        "row": None,
    }  # fmt: skip


def cell_of(row: dict[str, Any], lack: dict[str, Any] | None) -> Cell:
    """Return a cell: its kind, its short text, what is read aloud, and what is owed behind it."""
    if lack is None:
        kind, text, said = _DONE["none" if row["state"] == "none" else "delivered"]
        return {"kind": kind, "text": text, "said": said, "row": None}
    kind = "owe"
    text, said = short(lack), ""
    if lack["state"] == "lost":
        kind = "lost"
    elif lack["lost_on"] and lack["state"] != "partial":
        kind, said = "soon", "后平台查不到"
    return {"kind": kind, "text": text, "said": said, "row": lack}


def short(row: dict[str, Any]) -> str:
    """Return what is owed in the width of a cell: 缺3行, 已失, 11.8, 缺2天 or 缺."""
    if row["state"] == "partial":
        return f"缺{row['rows_missing']}行"
    if row["state"] == "lost":
        return "已失"
    if row["lost_on"]:
        return f"{row['lost_on'].month}.{row['lost_on'].day}"
    return f"缺{row['days_missing']}天" if row["owner_kind"] == "account" else "缺"


def long(row: dict[str, Any]) -> str:
    """Return what is owed as sentences."""
    if row["state"] == "partial":
        return f"已收下一部分，另有{row['rows_missing']}行没有收下，改正后重交即可。"
    what = f"缺{span(row['first_on'], row['last_on'])}" + (
        f"共{row['days_missing']}天。" if row["owner_kind"] == "account" else "。"
    )
    if row["state"] == "lost":
        return f"{what}平台已查不到，无法补回；计算时当年和上年这几天都不计。"
    due = f"请于{day(row['due_on'])}前交。" if row["state"] != "late" else (
        f"应于{day(row['due_on'])}前交，已逾期。")  # fmt: skip
    return what + due + (f"{day(row['lost_on'])}后平台查不到。" if row["lost_on"] else "")


def years(delivered: Rows) -> list[int]:
    """Return the years of which something is known, newest first."""
    return sorted({row["last_on"].year for row in delivered}, reverse=True)
