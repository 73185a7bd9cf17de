"""Exports owed and delivered, as far as a person may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from web.access.sessions import Person
    from web.desk import Desk

    Rows = list[dict[str, Any]]


def owed_rows(desk: Desk, person: Person) -> Rows:
    """Return the rows of mart.owed that a person may see, without those that 零报告 has settled since."""
    if not desk.figures.has("mart.owed"):
        return []
    rows = desk.figures.rows("select * from mart.owed order by due_on, lost_on, owner, export")
    none = set(desk.decided.all_of("none"))
    # a night of an older program has no rows_missing
    return [{"rows_missing": None, **row} for row in _own(rows, person) if name_of(row) not in none]


def delivered_rows(desk: Desk, person: Person) -> Rows:
    """Return the rows of mart.delivery that a person may see, 零报告 given since the night among them."""
    if not desk.figures.has("mart.delivery"):
        return []
    rows = desk.figures.rows("select * from mart.delivery order by unit, owner, export, last_on")
    none = set(desk.decided.all_of("none"))
    return [{**row, "state": "none"} if name_of(row) in none else row for row in _own(rows, person)]


def still_due(rows: Rows) -> Rows:
    """Return what can still be brought in (还差); what a platform has forgotten (已失) is counted apart."""
    return [row for row in rows if row["state"] != "lost"]


def name_of(row: dict[str, Any]) -> str:
    """Return what a decision calls one owner's export of one period."""
    return f"{row['owner']}|{row['export']}|{row['period']}"


def _own(rows: Rows, person: Person) -> Rows:
    return [
        {**row, "unit": row["unit"] or row["owner_zh"]}  # what the office itself owes has no unit
        for row in rows
        if person.sees_all or row["unit"] == person.unit
    ]
