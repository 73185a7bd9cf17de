"""Rows that were refused and wait to be corrected.

Of what the desk took in, and of what came another way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from web.uploads import receipts
from web.uploads.reasons import reason_zh
from web.words import plain

if TYPE_CHECKING:
    from web.access.sessions import Person
    from web.desk import Desk

    Items = list[dict[str, Any]]

_MOST = 50
_NIGHTS = """
    select f.sha256, f.original_name, f.source, f.layout, f.rows_total, f.rows_rejected, r.sheet, r.row_number, r.column_name, r.value, r.reason
    from ops.rejected_row as r join ops.file as f on f.sha256 = r.sha256 and f.run_id = r.run_id and f.status = 'loaded'
    where f.ingested_at > now() - interval 90 day order by f.load_seq desc, r.row_number limit 2000"""


def corrections(desk: Desk, person: Person) -> Items:
    """Return files with refused rows, newest first, with the cells.

    A later file of the same kind and owner settles them.
    """
    uploads = desk.files.all(person, 500)
    handed_in = [one for one in uploads if one["state"] == "submitted"]
    latest: dict[tuple[str, str], str] = {}
    for one in handed_in:
        key = (one["source"] or "", ",".join(one["receipt"]["layouts"]))
        latest.setdefault(key, one["sha256"])
    found = [
        _from_desk(desk, one)
        for one in handed_in
        if one["receipt"].get("rows_refused") and not one["rows_dropped"] and latest[
            one["source"] or "", ",".join(one["receipt"]["layouts"]),
        ] == one["sha256"]
    ]  # fmt: skip
    if person.sees_all:
        known = {one["sha256"] for one in uploads}
        found += [one for one in _from_nights(desk) if one["sha256"] not in known]
    return found


def _from_desk(desk: Desk, upload: dict[str, Any]) -> dict[str, Any]:
    receipt = upload["receipt"]
    return {
        "sha256": upload["sha256"], "name": upload["name"],
        "source_zh": receipts.source_name(desk, upload["source"]),
        "rows": receipt["rows"], "rows_refused": receipt["rows_refused"], "is_ours": True,
        "cells": [cell for cell in receipt["refused"] if cell["is_row_lost"]][:_MOST],
    }  # fmt: skip


def _from_nights(desk: Desk) -> Items:
    files: dict[str, dict[str, Any]] = {}
    for row in desk.figures.rows(_NIGHTS):
        item = files.setdefault(
            row["sha256"],
            {
                "sha256": row["sha256"], "name": row["original_name"],
                "source_zh": receipts.source_name(desk, row["source"]),
                "rows": row["rows_total"], "rows_refused": row["rows_rejected"], "is_ours": False,
                "cells": [],
            },
        )  # fmt: skip
        if len(item["cells"]) < _MOST:
            told = reason_zh(row["reason"])
            item["cells"].append(
                {
                    **row,
                    "cell": f"第{row['row_number']}行",
                    "column": row["column_name"],
                    "reason_zh": told,
                }
            )
    return list(files.values())


def returned(desk: Desk, person: Person) -> Items:
    """Return a person's files that came back, with the reason."""
    arrivals = desk.arrivals.of(one["sha256"] for one in desk.files.all(person))
    found = []
    for one in desk.files.all(person):
        row = arrivals.get((one["sha256"], one["source"] or ""))
        back = one["state"] == "returned" or (
            one["state"] == "submitted" and row and row["status"] in ("quarantined", "withdrawn")
        )
        if back and not one["seen"]:
            told = (
                one["receipt"].get("returned_zh")
                or (row["reason"] if row else "")
                or "宣传处退回，请重新导出后再交。"
            )
            found.append(
                {
                    "sha256": one["sha256"],
                    "name": one["name"],
                    "at": one["submitted_at"],
                    "reason_zh": plain(told),
                }
            )
    return found
