"""What is owed, as a person may see it."""

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
    none = set(desk.decided.all_of("none"))
    return [
        {**row, "unit": row["unit"] or row["owner_zh"]}  # what the office itself owes has no unit
        for row in desk.figures.rows(
            "select * from mart.owed order by due_on, lost_on, owner, export"
        )
        if (person.sees_all or row["unit"] == person.unit)
        and f"{row['owner']}|{row['export']}|{row['period']}" not in none
    ]
