"""Tasks of the office, by kind: lists for the to-do page and for /api/todo."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from pipeline.mail.outbox import Outbox
from web.uploads import receipts, sources
from web.words import plain

if TYPE_CHECKING:
    from web.access.sessions import Person
    from web.desk import Desk

    Items = list[dict[str, Any]]

_SETTLED_FILES = """
    select sha256, original_name, source, layout, status, reason, rows_total, ingested_at from ops.file
    where status in ('held', 'quarantined')
    qualify row_number() over (partition by sha256, source order by run_id desc) = 1
    order by ingested_at desc limit 200"""
_QUESTIONS = """
    select q.sha256, q.original_name, q.source, q.other_name, q.reason, q.outcome from ops.file_question as q
    where q.rule like 'edition%'
    qualify row_number() over (partition by q.sha256, q.source order by q.run_id desc) = 1
    order by q.original_name"""
_REVIEWS = """
    select r.mention_id, r.title, r.media_name, r.published_on, r.url, r.is_suspected_negative,
        m.media_type, m.unit
    from mart.review_queue as r join mart.mention as m using (mention_id)
    where r.mention_id is not null order by r.is_suspected_negative desc, r.published_on desc, r.mention_id"""
_LATE = """
    select review_id, title, published_on, question_zh from mart.review_queue where mention_id is null
    order by published_on desc"""


def reviews(desk: Desk) -> Items:
    """Return the mentions without tone, those of the same title named along."""
    waiting = [
        dict(row)
        for row in desk.figures.rows(_REVIEWS)
        if not desk.decided.has("tone", row["mention_id"])
    ]
    by_title: dict[str, Items] = {}
    for row in waiting:
        by_title.setdefault(row["title"], []).append(row)
    for row in waiting:
        others = [one for one in by_title[row["title"]] if one is not row]
        row["also"] = [one["mention_id"] for one in others]
        row["also_zh"] = "、".join(f"“{one['media_name']}”" for one in others)
    return waiting


def questions(desk: Desk) -> Items:
    """Return other questions of the review queue: they are answered in a ledger, not here."""
    return desk.figures.rows(_LATE)


def held(desk: Desk, person: Person) -> Items:
    """Return files that wait for a decision.

    Handed to the office on purpose, held or not recognised by a night.
    """
    items = [_asked(desk, person, upload) for upload in desk.files.waiting()]
    for row in desk.figures.rows(_SETTLED_FILES):
        if desk.decided.settles(row["sha256"], since=row["ingested_at"]):
            continue  # what a night refused again since waits again
        items.append(
            {
                "sha256": row["sha256"], "name": row["original_name"], "source": row["source"],
                "source_zh": receipts.source_name(desk, row["source"]), "from": row["status"],
                "at": row["ingested_at"],
                "layout_zh": "、".join(
                    one.title
                    for one in receipts.known_layouts(
                        desk, {"layouts": (row["layout"] or "").split(",")},
                    )
                ),
                "rows": row["rows_total"], "reason_zh": plain(row["reason"]), "by": "", "unit": "",
                "sources": _folders(desk), "best": None, "best_zh": None,
            }
        )  # fmt: skip
    return items


def _asked(desk: Desk, person: Person, upload: dict[str, Any]) -> dict[str, Any]:
    seen = receipts.view(desk, person, {**upload, "source": None})
    best = next((one["source"] for one in seen["sources"] if one["verdict"] == "same"), None)
    return {
        "sha256": upload["sha256"], "name": upload["name"], "source": upload["source"],
        "source_zh": receipts.source_name(desk, upload["source"]), "from": "desk",
        "at": upload["submitted_at"],
        "layout_zh": seen["layout_zh"] or "", "rows": seen["rows"],
        "reason_zh": seen["reason_zh"] or "交宣传处判定。",
        "by": upload["owner"], "unit": upload["unit"], "best": best,
        "best_zh": receipts.source_name(desk, best),
        "sources": [
            {"source": one["source"], "name": one["name"]} for one in seen["sources"]
        ] or _folders(desk),
    }  # fmt: skip


def _folders(desk: Desk) -> Items:
    return [
        {"source": source, "name": name} for source, name in sources.names(desk.settings).items()
    ]


def editions(desk: Desk) -> Items:
    """Return ledgers of which nobody has said whether they replace or join an earlier one."""
    if not desk.figures.has("ops.file_question"):
        return []
    rows = [dict(row) for row in desk.figures.rows(_QUESTIONS)]
    return [row for row in rows if not desk.decided.settles(row["sha256"])]


def units(desk: Desk) -> Items:
    """Return unit names that the plan does not know."""
    if not desk.figures.has("mart.unknown_unit"):
        return []
    return [
        row
        for row in desk.figures.rows("from mart.unknown_unit")
        if not desk.decided.has("unit", str(row.get("name")))
    ]


def stories(desk: Desk) -> Items:
    """Return pairs of titles that may be one story."""
    rows = desk.figures.rows(
        "select * from mart.story_suggestion order by other_published_on desc limit 100"
    )
    return [
        row
        for row in rows
        if not desk.decided.has("story", f"{row['story_id']}|{row['other_story_id']}")
    ]


def alerts(desk: Desk) -> Items:
    """Return open alerts that nobody has acknowledged."""
    query = (
        "select alert_id, rule, subject, cause_zh, opened_at from ops.alert where state = "
        "'open' order by opened_at desc"
    )
    return [
        row for row in desk.figures.rows(query) if not desk.decided.has("alert", row["alert_id"])
    ]


def mails(desk: Desk) -> Items:
    """Return mails of which nobody knows whether they arrived."""
    if not (desk.home.root / "outbox.sqlite").exists():
        return []
    with closing(Outbox(desk.home)) as box:
        found = [row for row in box.rows() if row["state"] == "unknown"]
    return [row for row in found if not desk.decided.has("mail", row["message_id"])]
