"""The last night, when it failed: which file and cell, whether it still waits, and how to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from web.refusal import Refusal
from web.uploads import receipts
from web.uploads.digests import digest_of

if TYPE_CHECKING:
    from web.access.guard import Ask
    from web.desk import Desk

    Items = list[dict[str, Any]]

_LAST = "select * from ops.run order by run_id desc limit 1"
_CAUSES = "select * from ops.run_failure where run_id = ? order by is_certain desc, original_name"


def failed_night(desk: Desk) -> dict[str, Any] | None:
    """Return the last run when it failed: its causes, and whether a certain one still waits."""
    run = desk.figures.one(_LAST)
    if run is None or run["status"] != "failed":
        return None
    has = desk.figures.has("ops.run_failure")
    causes = [
        {**row, "source_zh": receipts.source_name(desk, row["source"]),
            "waits": _waits(desk, row)}
        for row in (desk.figures.rows(_CAUSES, run["run_id"]) if has else [])
    ]  # fmt: skip
    certain = [row for row in causes if row["is_certain"]]
    last_good = desk.figures.one("select as_of from ops.context")
    return {
        "run": run, "causes": certain or causes, "is_certain": bool(certain),
        "as_of": last_good["as_of"] if last_good else None,
        "blocks": any(row["waits"] for row in certain),
    }  # fmt: skip


def _waits(desk: Desk, row: dict[str, Any]) -> bool:
    """Return whether a file is still in the inbox and nobody has taken it out."""
    decision = desk.decided.last("file", row["sha256"])
    if decision is not None and decision.kind == "withdraw":
        return False
    folder = desk.home.inbox / row["source"]
    found = [path for path in folder.glob("*") if path.is_file()] if folder.is_dir() else []
    named = [path for path in found if path.name == row["original_name"]]
    return any(digest_of(path) == row["sha256"] for path in named)


def take_out(ask: Ask, sha256: str) -> None:
    """Note that a file of the failed night counts nowhere: the next run archives it as withdrawn."""
    night = failed_night(ask.desk)
    row = next((one for one in (night or {}).get("causes", []) if one["sha256"] == sha256), None)
    if row is None:
        raise Refusal(404, "上次运行没有这份文件。", "no such file in the failed night")
    ask.desk.decided.decide(ask.person, "withdraw", sha256, row["source"], row["reason_zh"])
    ask.desk.note(ask.person.name, "take out", f"{sha256} {row['source']}")
