"""Files that a person took out or sent back, and how each is brought back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from web.refusal import not_found
from web.uploads import receipts

if TYPE_CHECKING:
    from web.access.guard import Ask
    from web.desk import Desk

    Items = list[dict[str, Any]]

_MOST = 50
_FILES = """
    select sha256, original_name, source, status, ingested_at from ops.file
    where status <> 'duplicate' and sha256 in (select unnest(string_split(?, ',')))
    qualify row_number() over (partition by sha256, source order by run_id desc) = 1"""


def taken_out(desk: Desk) -> Items:
    """Return what was taken out or sent back, the last decisions first."""
    items = [*_of_nights(desk), *(_sent_back(desk, upload) for upload in desk.files.sent_back())]
    return sorted(items, key=lambda one: str(one["at"]), reverse=True)[:_MOST]


def _of_nights(desk: Desk) -> Items:
    decided = desk.decided.all_of("file")
    out = sorted(
        (sha256 for sha256, one in decided.items() if one.kind == "withdraw"),
        key=lambda sha256: decided[sha256].at,
    )[-_MOST:]
    items = []
    for row in desk.figures.rows(_FILES, ",".join(out)) if out else []:
        one = decided[row["sha256"]]
        came_again = row["status"] == "quarantined" and row["ingested_at"] > one.at
        if one.value == row["source"] and not came_again:
            items.append({
                "sha256": row["sha256"], "name": row["original_name"], "source": row["source"],
                "source_zh": receipts.source_name(desk, row["source"]), "from": row["status"],
                "at": one.at.isoformat(), "by": one.by, "note": one.note,
            })  # fmt: skip
    return items


def _sent_back(desk: Desk, upload: dict[str, Any]) -> dict[str, Any]:
    return {
        "sha256": upload["sha256"], "name": upload["name"], "source": upload["source"],
        "source_zh": receipts.source_name(desk, upload["source"]), "from": "desk",
        "at": upload["submitted_at"], "by": "", "note": upload["receipt"].get("returned_zh", ""),
    }  # fmt: skip


def restore(ask: Ask, sha256: str) -> str:
    """Bring a file back that was taken out or sent back; returns what happens next, in Chinese."""
    desk = ask.desk
    items = [one for one in taken_out(desk) if one["sha256"] == sha256]
    if not items:
        raise not_found()
    for upload in [one for one in desk.files.sent_back() if one["sha256"] == sha256]:
        told = {name: said for name, said in upload["receipt"].items() if name != "returned_zh"}
        text = json.dumps(told, ensure_ascii=False, default=str)
        desk.files.update(upload, state="asked", receipt=text)
    others = [one for one in items if one["from"] != "desk"]
    for one in others:
        desk.decided.decide(ask.person, "restore", sha256, one["source"])
    counts = any(one["from"] in ("loaded", "withdrawn") for one in others)
    return "已恢复，下一次入库起照旧计入。" if counts else "已恢复，重新等待判定。"
