"""Answers of a person: each becomes a line of decisions.jsonl, or a file in the inbox.

Nothing else is changed.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pipeline.base.errors import ConfigError
from pipeline.config.settings import SHARED_FOLDERS
from pipeline.mail.outbox import on_outbox
from pipeline.run.files import reopen
from web.refusal import Refusal, not_found
from web.tasks import waiting
from web.tasks.taken_in import take_back
from web.tasks.taken_out import restore
from web.uploads.digests import digest_of
from web.uploads.submit import place_in_inbox, put_into_inbox

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.config.decisions import Kind
    from web.access.guard import Ask

TONES = ("正面", "中性", "负面", "无关")
UNDONE = "已撤销。"
_MOST_ALIKE = 50


def undo(path: str, **body: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return the request that takes an answer back; the page offers it for ten seconds."""
    return {"method": "POST", "path": path, "body": {**body, "undo": True}}


def takes_back(ask: Ask, kind: Kind, subject: str) -> bool:
    """Take an answer back if requested; Refusal 409 when there is none."""
    if ask.data.get("undo") is not True:
        return False
    if not ask.desk.decided.has(kind, subject):
        raise Refusal(409, "没有可撤销的答复。", "there is no answer to take back")
    ask.desk.decided.decide(ask.person, kind, subject, None)
    return True


def tone(ask: Ask) -> dict[str, Any]:
    """Settle a mention's tone, and that of alike ones; null takes the answer back."""
    desk, given = ask.desk, ask.data.get("tone")
    if "tone" not in ask.data or (given is not None and given not in TONES):
        raise Refusal(
            422, f"倾向应为{'、'.join(TONES)}之一。", "tone must be one of the four, or null"
        )
    also = ask.data.get("also") or []
    if (
        not isinstance(also, list)
        or len(also) > _MOST_ALIKE
        or not all(isinstance(one, str) for one in also)
    ):
        raise Refusal(422, "一并核定的应为编号的列表。", "also must be a list of ids")
    ids = list(dict.fromkeys([ask.path["mention_id"], *also]))
    query = (
        "select mention_id from mart.mention where mention_id in (select unnest(string_split(?, "
        "',')))"
    )
    known = {row["mention_id"] for row in desk.figures.rows(query, ",".join(ids))}
    if not set(ids) <= known:
        raise not_found()
    for one in ids:
        desk.decided.decide(ask.person, "tone", one, given)
    return {
        "mention_id": ids[0],
        "tone": given,
        "also": ids[1:],
        "said_zh": f"已核定为{given}。" if given else UNDONE,
    }


def held(ask: Ask) -> dict[str, Any]:
    """Decide about a file: take it in, send it back, give it to its right owner, or bring it back."""
    desk, sha256 = ask.desk, ask.path["sha256"]
    wanted, note, source = ask.data.get("decision"), ask.text("note"), ask.text("source")
    if wanted not in ("release", "withdraw", "reassign", "restore"):
        raise Refusal(
            422, "应为照收、退回、改归或恢复之一。",
            "decision must be release, withdraw, reassign or restore",
        )  # fmt: skip
    if wanted == "restore":
        if source:
            require_folder(ask, source)
        said = take_back(ask, sha256, source) or restore(ask, sha256)
        desk.note(ask.person.name, wanted, sha256)
        return {"sha256": sha256, "decision": wanted, "said_zh": said}
    if wanted == "reassign":
        require_folder(ask, source)
    item = next((one for one in waiting.held(desk, ask.person) if one["sha256"] == sha256), None)
    if item is None:
        raise not_found()
    if item["from"] == "desk":
        _settle_upload(ask, sha256, wanted, source or item["source"] or "", note)
    elif item["from"] == "quarantined" and wanted != "withdraw":
        _hand_in_quarantined(ask, item, wanted, source or item["source"])
    else:
        desk.decided.decide(
            ask.person, wanted, sha256, source if wanted == "reassign" else item["source"], note
        )
    desk.note(ask.person.name, wanted, sha256)
    words = {
        "release": "已照收，今晚入库。",
        "withdraw": "已退回。",
        "reassign": "已改归，今晚入库。",
    }
    back = {"decision": "restore"}
    if wanted != "withdraw" and item["source"]:
        back["source"] = item["source"]
    return {
        "sha256": sha256, "decision": wanted, "said_zh": words[wanted],
        "undo": {"method": "POST", "path": f"/api/held/{sha256}", "body": back},
    }  # fmt: skip


def require_folder(ask: Ask, source: str) -> None:
    """Raise Refusal 422 unless `source` is a folder of the inbox."""
    known = (
        {account.id for account in ask.desk.settings.accounts}
        | set(SHARED_FOLDERS)
        | set(ask.desk.units())
    )
    if source not in known:
        raise Refusal(422, "请选账号或单位。", "source is no inbox folder")


def _settle_upload(ask: Ask, sha256: str, wanted: str, source: str, note: str) -> None:
    """Settle an upload that a unit gave to the office.

    Move it into the inbox, or return it with the reason.
    """
    desk = ask.desk
    for upload in [one for one in desk.files.waiting() if one["sha256"] == sha256]:
        if wanted == "withdraw":
            told = {**upload["receipt"], "returned_zh": note or "宣传处退回，请重新导出后再交。"}
            desk.files.update(
                upload, state="returned", receipt=json.dumps(told, ensure_ascii=False, default=str)
            )
            continue
        require_folder(ask, source)
        path = put_into_inbox(desk, upload, source)
        desk.files.update(
            upload, state="submitted", source=source, path=str(path.relative_to(desk.home.root))
        )
        # said before the night asks: the same file is then not held again
        desk.decided.decide(ask.person, "release", sha256, source, note)
    desk.files.drop_bytes(sha256)


def _hand_in_quarantined(ask: Ask, item: dict[str, Any], wanted: Kind, source: str) -> None:
    """Move a file that a night refused back into the inbox, into the same folder or the right one.

    A night that still refuses it brings it back here.
    """
    require_folder(ask, source)
    path = quarantined_path(ask.desk.home.quarantine, item["sha256"])
    if path is None:
        raise not_found()
    place_in_inbox(ask.desk.home, path, source, item["name"])
    ask.desk.decided.decide(ask.person, wanted, item["sha256"], source)
    path.with_name(f"{path.name}.reason.txt").unlink(missing_ok=True)
    path.unlink()


def quarantined_path(folder: Path, sha256: str) -> Path | None:
    """Return the file of these bytes in quarantine/."""
    for path in folder.glob("*") if folder.is_dir() else []:
        if path.is_file() and not path.name.endswith(".reason.txt") and digest_of(path) == sha256:
            return path
    return None


def edition(ask: Ask) -> dict[str, Any]:
    """Say whether a ledger replaces the earlier one (edition) or joins it (pieces)."""
    answer, sha256 = ask.data.get("answer"), ask.path["sha256"]
    if ask.data.get("undo") is True:
        return _reopen(ask, sha256)
    if answer not in ("edition", "pieces"):
        raise Refusal(422, "应为以新的为准或两份相加。", "answer must be edition or pieces")
    if sha256 not in {row["sha256"] for row in waiting.editions(ask.desk)}:
        raise not_found()
    ask.desk.decided.decide(ask.person, answer, sha256, None)
    return {
        "sha256": sha256,
        "answer": answer,
        "said_zh": "已以新的为准。" if answer == "edition" else "已按两份相加，不会重复计数。",
        "undo": undo(f"/api/editions/{sha256}"),
    }


def _reopen(ask: Ask, sha256: str) -> dict[str, Any]:
    """Take the answer about a ledger back: it is asked again."""
    ask.desk.figures.night()
    try:
        reopen(ask.desk.home, sha256, by=ask.person.name)
    except ConfigError as error:
        zh, _, en = str(error).partition(" / ")
        raise Refusal(409, f"{zh.partition(': ')[2]}。", en) from error
    return {"sha256": sha256, "answer": None, "said_zh": UNDONE}


def unit(ask: Ask) -> dict[str, Any]:
    """Say which unit an unknown name means; null: none of ours."""
    name, value = ask.text("name", 100), ask.data.get("unit")
    if not name or (value is not None and value not in ask.desk.units()):
        raise Refusal(
            422, "请选计划中的单位。", "name must be given, unit a unit of the plan or null"
        )
    if takes_back(ask, "unit", name):
        return {"name": name, "unit": None, "said_zh": UNDONE}
    ask.desk.decided.decide(ask.person, "unit", name, value if value is not None else "")
    return {
        "name": name,
        "unit": value,
        "undo": undo("/api/units", name=name),
        "said_zh": f"已记住：“{name}”归入{value}。"
        if value
        else f"已记下：“{name}”不是本系统的单位。",
    }


def story(ask: Ask) -> dict[str, Any]:
    """Say whether two titles are one story."""
    first, second, same = (
        ask.text("story_id", 200),
        ask.text("other_story_id", 200),
        ask.data.get("same"),
    )
    if not first or not second:
        raise Refusal(422, "请写明是哪两条新闻。", "story_id and other_story_id must be given")
    pair = f"{first}|{second}"
    if takes_back(ask, "story", pair):
        for mention_id, one in ask.desk.decided.all_of("story").items():
            if one.note == pair:
                ask.desk.decided.decide(ask.person, "story", mention_id, None, pair)
        return {"same": None, "said_zh": UNDONE}
    known = {(row["story_id"], row["other_story_id"]) for row in waiting.stories(ask.desk)}
    if (first, second) not in known:
        raise not_found()
    if not isinstance(same, bool):
        raise Refusal(422, "请答同一条或不是。", "same must be true or false")
    if same:
        query = "select mention_id from mart.mention where story_id = ?"
        for row in ask.desk.figures.rows(query, second):
            ask.desk.decided.decide(ask.person, "story", row["mention_id"], first, pair)
    ask.desk.decided.decide(ask.person, "story", pair, "same" if same else "different")
    return {
        "same": same,
        "said_zh": "已并为同一条新闻，各家媒体仍各计1篇次。" if same else "已记下：不是同一条。",
        "undo": undo("/api/stories", story_id=first, other_story_id=second),
    }


def alert(ask: Ask) -> dict[str, Any]:
    """Say that a person knows of an alert."""
    alert_id = ask.path["alert_id"]
    if not ask.desk.figures.rows(
        "select 1 as found from ops.alert where alert_id = ? and state <> 'closed'", alert_id
    ):
        raise not_found()
    if takes_back(ask, "alert", alert_id):
        return {"alert_id": alert_id, "said_zh": UNDONE}
    ask.desk.decided.decide(ask.person, "alert", alert_id, "acknowledged", ask.text("note"))
    said = "已知悉，状态变化时再提。"
    return {
        "alert_id": alert_id,
        "said_zh": said,
        "undo": undo(f"/api/alerts/{quote(alert_id, '')}"),
    }


def mail(ask: Ask) -> dict[str, Any]:
    """Say what became of a mail whose fate is unknown; one that never came is queued again."""
    message_id, answer = ask.path["message_id"], ask.data.get("answer")
    settled = ask.desk.decided.last("mail", message_id)
    if settled and settled.value == "sent" and takes_back(ask, "mail", message_id):
        return {"message_id": message_id, "said_zh": UNDONE}
    if answer not in ("sent", "not_sent"):
        raise Refusal(422, "请答收到了或没收到。", "answer must be sent or not_sent")
    if message_id not in {row["message_id"] for row in waiting.mails(ask.desk)}:
        raise not_found()
    if answer == "not_sent":
        on_outbox(ask.desk.home, lambda box: box.resend(message_id))
    ask.desk.decided.decide(ask.person, "mail", message_id, answer)
    if answer == "not_sent":
        return {"message_id": message_id, "said_zh": "已排队重发，结果见“报告”。"}
    back = undo(f"/api/mails/{quote(message_id, '')}")
    return {"message_id": message_id, "said_zh": "已记为送到。", "undo": back}
