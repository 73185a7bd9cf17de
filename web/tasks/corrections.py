"""Rows that wait to be corrected: of what the desk took in, and of what came another way."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from web.refusal import Refusal, not_found
from web.tasks.night_rows import flawed_files, receipt_of, still_refused
from web.uploads import receipts
from web.uploads.files import DETAIL_DAYS, ago
from web.words import plain

if TYPE_CHECKING:
    from web.access.sessions import Person
    from web.desk import Desk

    Items = list[dict[str, Any]]

_MOST = 50


def corrections(desk: Desk, person: Person) -> Items:
    """Return files with refused rows or unreadable cells, newest first.

    A later file of the same kind and owner settles them, unless the night still misses rows. After
    DETAIL_DAYS nobody is asked any more, as of files that came another way.
    """
    uploads = desk.files.all(person, 500)
    handed_in = [one for one in uploads if one["state"] == "submitted"]
    latest: dict[tuple[str, str], str] = {}
    for one in handed_in:
        latest.setdefault(_kind(one), one["sha256"])
    missed = still_refused(desk)
    since = ago(DETAIL_DAYS)
    found = [
        _from_desk(desk, one)
        for one in handed_in
        if one["receipt"].get("refused") and one["at"] >= since
        and not is_dropped(desk, one["sha256"], one["source"])
        and (latest[_kind(one)] == one["sha256"] or (one["sha256"], one["source"]) in missed)
    ]  # fmt: skip
    known = {one["sha256"] for one in uploads}
    nights = flawed_files(desk, person)
    return found + [
        _from_night(desk, one)
        for one in nights
        if one["sha256"] not in known and not is_dropped(desk, one["sha256"], one["source"])
    ]


def _kind(upload: dict[str, Any]) -> tuple[str, str]:
    return upload["source"] or "", ",".join(upload["receipt"]["layouts"])


def is_dropped(desk: Desk, sha256: str, source: str | None) -> bool:
    """Return whether somebody gave a file's rows up."""
    return desk.decided.has("rows", f"{sha256}|{source}")


def _from_desk(desk: Desk, upload: dict[str, Any]) -> dict[str, Any]:
    receipt = upload["receipt"]
    return {
        "sha256": upload["sha256"], "name": upload["name"], "source": upload["source"],
        "source_zh": receipts.source_name(desk, upload["source"]),
        "rows": receipt["rows"], "rows_refused": receipt["rows_refused"],
        "rows_to_mend": receipts.rows_to_mend(receipt), "cells": receipt["refused"][:_MOST],
        "is_whole": True,
    }  # fmt: skip


def _from_night(desk: Desk, file: dict[str, Any]) -> dict[str, Any]:
    return {
        "sha256": file["sha256"], "name": file["original_name"], "source": file["source"],
        "source_zh": receipts.source_name(desk, file["source"]),
        "rows": file["rows_total"], "rows_refused": file["rows_rejected"],
        "rows_to_mend": file["rows_to_mend"], "cells": file["cells"][:_MOST],
        "is_whole": file["is_whole"],
    }  # fmt: skip


def flawed_file(desk: Desk, person: Person, sha256: str) -> dict[str, Any]:
    """Return a file that waits to be corrected: its name, folder, and what its workbook is made of.

    Of an upload the receipt, of any other file what the night noted; Refusal 404 when it is neither.
    """
    with suppress(Refusal):
        upload = desk.files.find(person, sha256)
        return {"name": upload["name"], "source": upload["source"],
            "receipt": upload["receipt"],
            "count": receipts.rows_to_mend(upload["receipt"]),
            "is_whole": True}  # fmt: skip
    for file in flawed_files(desk, person):
        if file["sha256"] == sha256:
            return {"name": file["original_name"], "source": file["source"],
                "receipt": receipt_of(desk, file), "count": file["rows_to_mend"],
                "is_whole": file["is_whole"]}  # fmt: skip
    raise not_found()


def returned(desk: Desk, person: Person) -> Items:
    """Return a person's files that came back, with the reason."""
    uploads = desk.files.all(person)
    arrivals = desk.arrivals.of(one["sha256"] for one in uploads)
    found = []
    for one in uploads:
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
