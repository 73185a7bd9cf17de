"""Rows and cells that a night could not read, of files that came any way: ops.* and raw.* asked.

A row that was refused is not in any figure. A row with an unreadable cell is, without that cell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.ingest.raw_tables import label_of
from web.uploads.reasons import reason_zh

if TYPE_CHECKING:
    from collectors.layout import Layout
    from web.access.sessions import Person
    from web.desk import Desk

    Items = list[dict[str, Any]]

_MOST = 2_000
_FILES = f"""
    with file as (
        select sha256, source, original_name, layout, rows_total, rows_rejected, run_id, load_seq, ingested_at
        from ops.file where status = 'loaded' and ingested_at > now() - interval 90 day
    ), cell as (
        select sha256, run_id, sheet, row_number, column_name, value, reason, true as is_row_lost
        from ops.rejected_row
        union all select sha256, run_id, sheet, row_number, column_name, value, reason, false
        from ops.unreadable_value
    )
    select f.*, c.* exclude (sha256, run_id), exists (select 1 from ops.file as l where l.status = 'loaded'
        and l.source = f.source and l.layout = f.layout and l.load_seq > f.load_seq) as is_followed
    from file as f join cell as c on c.sha256 = f.sha256 and c.run_id = f.run_id
    order by f.load_seq desc, c.row_number, c.column_name limit {_MOST}"""
_LOST = "select sheet, row_number, row_text from ops.rejected_row where sha256 = ?"
_KEPT = """
    select r.sheet, r.row_number, cast(to_json(r) as varchar) as row_text from raw.{} as r
    where r.sha256 = $1 and exists (select 1 from ops.unreadable_value as u
        where u.sha256 = $1 and u.row_number = r.row_number and u.sheet is not distinct from r.sheet)"""
_OPEN = "select sha256, source, sheet, row_number, unit from staging.refused_row"


def sources_of(desk: Desk, person: Person) -> set[str] | None:
    """Return the folders whose files a person may see; None: all."""
    if person.sees_all:
        return None
    own = {account.id for account in desk.settings.accounts if account.unit == person.unit}
    return own | ({person.unit} if person.unit else set())


def still_refused(desk: Desk) -> set[tuple[str, str]]:
    """Return files (digest and folder) of which the night still misses rows."""
    return {(row["sha256"], row["source"]) for row in _open(desk)}


def _open(desk: Desk) -> Items:
    has = desk.figures.has("staging.refused_row")
    return desk.figures.rows(_OPEN) if has else []


def flawed_files(desk: Desk, person: Person) -> Items:
    """Return the files of a person with rows or cells that no later file has replaced.

    Of a file in a shared folder a unit sees its own refused rows, no others.
    """
    allowed, open_ = sources_of(desk, person), still_refused(desk)
    own = {
        (row["sha256"], row["source"], row["sheet"], row["row_number"])
        for row in _open(desk)
        if person.unit and row["unit"] == person.unit
    }
    files: dict[tuple[str, str], dict[str, Any]] = {}
    for row in desk.figures.rows(_FILES):
        key = row["sha256"], row["source"]
        is_whole = allowed is None or row["source"] in allowed
        is_own = is_whole or (*key, row["sheet"] or "", row["row_number"]) in own
        if not is_own or (row["is_followed"] and key not in open_):
            continue
        item = files.setdefault(
            key, {**row, "cells": [], "rows_to_mend": set(), "is_whole": is_whole}
        )
        item["cells"].append(_cell(row))
        item["rows_to_mend"].add((row["sheet"], row["row_number"]))
    return [{**one, "rows_to_mend": len(one["rows_to_mend"])} for one in files.values()]


def _cell(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "sheet": row["sheet"], "cell": f"第{row['row_number']}行", "column": row["column_name"],
        "value": row["value"], "reason_zh": reason_zh(row["reason"]),
        "row_number": row["row_number"], "is_row_lost": row["is_row_lost"],
    }  # fmt: skip


def receipt_of(desk: Desk, file: dict[str, Any]) -> dict[str, Any]:
    """Return what the workbook to correct is made of: labels, cells, and the rows as they were."""
    layouts: list[Layout] = [
        desk.layouts[name] for name in file["layout"].split(",") if name in desk.layouts
    ]
    tables = [table for layout in layouts for table in layout.tables]
    rows = desk.figures.rows(_LOST, file["sha256"])
    for name in dict.fromkeys(table.table for table in tables):
        rows = rows + desk.figures.rows(_KEPT.format(name), file["sha256"])
    shown = {(cell["sheet"], cell["row_number"]) for cell in file["cells"]}
    return {
        "labels": {column.name: label_of(column) for table in tables for column in table.columns},
        "refused": file["cells"],
        "broken_rows": [row for row in rows if (row["sheet"], row["row_number"]) in shown],
    }
