"""A receipt as one person may read it: a unit learns nothing of another unit's accounts.

The office sees whose history it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from web.uploads import sources
from web.uploads.arrivals import loaded_source
from web.uploads.suggest import doubt, reason_zh, settle, verdict

if TYPE_CHECKING:
    from collectors.layout import Layout
    from web.access.sessions import Person
    from web.desk import Desk
    from web.uploads.suggest import Candidate

    Arrived = dict[tuple[str, str], dict[str, Any]]

_MOST_CELLS = 500  # on a page
_NOTHING = {
    "known": 0,
    "same": 0,
    "new": 0,
    "changed": 0,
    "changes": [],
    "before": None,
    "after": None,
    "has_history": False,
}


def view(
    desk: Desk, person: Person, upload: dict[str, Any], arrivals: Arrived | None = None
) -> dict[str, Any]:
    """Return the receipt of an upload for a person.

    `arrivals`: what the nights did with its bytes, where many uploads are looked up at once.
    """
    receipt = upload["receipt"]
    layouts = known_layouts(desk, receipt)
    allowed = sources.candidates(desk.settings, layouts, person) if layouts else []
    matches = {one.source: receipt["matches"].get(one.source, _NOTHING) for one in allowed}
    said = {source: verdict(match) for source, match in matches.items()}
    settled = upload["source"] or settle(said)
    answer = {
        "sha256": upload["sha256"],
        "name": upload["name"],
        "size": upload["size"],
        "status": receipt["status"],
        "layout": ",".join(receipt["layouts"]) or None,
        "layout_zh": "、".join(dict.fromkeys(layout.title for layout in layouts)) or None,
        "source": settled,
        "source_zh": source_name(desk, settled),
        "sources": [
            {
                "source": one.source, "name": one.name, "verdict": said[one.source],
                "reason_zh": reason_zh(
                    one, matches[one.source], said[one.source], is_only=len(allowed) == 1,
                ),
            }
            for one in allowed
        ],
        "first_on": receipt.get("first_on"),
        "last_on": receipt.get("last_on"),
        "rows": receipt.get("rows", 0),
        "rows_refused": receipt.get("rows_refused", 0),
        "rows_to_mend": rows_to_mend(receipt),
        "refused": receipt["refused"][:_MOST_CELLS],
        "refused_more": receipt.get("refused_more", 0) + len(receipt["refused"][_MOST_CELLS:]),
        "warnings_zh": list(receipt["warnings"]),
        "reason_zh": receipt.get("reason_zh"),
        **_news(matches.get(settled or "", _NOTHING), receipt),
    }  # fmt: skip
    if answer["status"] == "ready":
        if arrivals is None:
            arrivals = desk.arrivals.of([upload["sha256"]])
        own = None if person.sees_all else [one.source for one in allowed]
        if twin := loaded_source(arrivals, upload["sha256"], own):
            answer["status"] = "duplicate"
            answer["reason_zh"] = f"这份文件已经入库（{source_name(desk, twin)}），不必再交。"
        else:
            _doubts(desk, person, answer, allowed, receipt)
    return answer


def rows_to_mend(receipt: dict[str, Any]) -> int:
    """Return how many rows were refused, or taken in without a cell that nobody could read."""
    rows = {(row["sheet"], row["row_number"]) for row in receipt.get("broken_rows", [])}
    return int(receipt.get("rows_to_mend", len(rows)))


def known_layouts(desk: Desk, receipt: dict[str, Any]) -> list[Layout]:
    """Return the layouts that a receipt names, as they are declared now."""
    declared = desk.layouts
    return [declared[name] for name in receipt["layouts"] if name in declared]


def source_name(desk: Desk, source: str | None) -> str | None:
    """Return a folder's name as people read it."""
    return sources.names(desk.settings).get(source, source) if source else None


def _news(match: dict[str, Any], receipt: dict[str, Any]) -> dict[str, Any]:
    has_history = bool(match["known"])
    return {
        "new_days": match["new"] if has_history else receipt.get("rows_good", 0),
        "known_values": match["same"],
        "changed_values": match["changed"],
        "changes": match["changes"],
    }


def _doubts(
    desk: Desk,
    person: Person,
    answer: dict[str, Any],
    allowed: list[Candidate],
    receipt: dict[str, Any],
) -> None:
    """Set the status to held where the file as a whole is in question."""
    if not allowed:
        answer["status"] = "held"
        answer["reason_zh"] = "本单位没有登记这类账号或台账；可交宣传处判定。"
        return
    likely = next(
        (one for one in allowed if one.source == answer["source"]),
        allowed[0] if len(allowed) == 1 else None,
    )
    if likely is None:
        return
    matches = {**dict.fromkeys((one.source for one in allowed), _NOTHING), **receipt["matches"]}
    told = doubt(likely, matches, sources.names(desk.settings), sees_all=person.sees_all)
    if told:
        answer["status"], answer["reason_zh"] = "held", told
        answer["source"] = answer["source_zh"] = None
