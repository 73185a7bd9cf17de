"""Hand an upload to the inbox or to the office; take it back while the night has not come."""

from __future__ import annotations

import os
import secrets
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.base.errors import TransientError
from pipeline.base.failpoints import failpoint
from pipeline.base.fsync import sync, sync_with_parents
from pipeline.warehouse.publish import run_lock
from web.refusal import Refusal
from web.uploads import receipts
from web.words import plain

if TYPE_CHECKING:
    from pipeline.config.home import Home
    from web.access.sessions import Person
    from web.desk import Desk

_MODE = 0o640


def submit(desk: Desk, person: Person, sha256: str, given: dict[str, Any]) -> dict[str, Any]:
    """Hand a file in: `source` says whose it is, `ask` gives it to the office on purpose.

    Returns the upload.
    """
    upload = desk.files.find(person, sha256)
    if upload["state"] not in ("received", "withdrawn") or not desk.files.path(sha256).is_file():
        raise Refusal(409, "这份文件已经提交过。", f"the upload is {upload['state']} already")
    receipt = receipts.view(desk, person, upload)
    source = _source(receipt, given)
    if given.get("ask") is True:
        desk.files.update(upload, state="asked", source=source, submitted_at=_now())
        desk.note(person.name, "ask", sha256)
        return desk.files.find(person, sha256)
    _require_right(desk, person, upload, receipt, source)
    assert source is not None  # noqa: S101 - _require_right
    path = put_into_inbox(desk, upload, source)
    _mark_submitted(desk, upload, source, path)
    desk.note(person.name, "submit", f"{sha256} {source}")
    return desk.files.find(person, sha256)


def _source(receipt: dict[str, Any], given: dict[str, Any]) -> str | None:
    """Return the folder the person chose, or the one the figures settle; Refusal 403 for any other."""
    chosen = given.get("source") or receipt["source"]
    if chosen is not None and chosen not in {one["source"] for one in receipt["sources"]}:
        raise Refusal(403, "不能交到这个账号或单位名下。", "this file cannot go there")
    return str(chosen) if chosen else None


def _require_right(
    desk: Desk, person: Person, upload: dict[str, Any], receipt: dict[str, Any], source: str | None
) -> None:
    """Raise Refusal unless the file may go into the inbox as it is."""
    if receipt["status"] == "duplicate":
        raise Refusal(409, receipt["reason_zh"], "these bytes are loaded already")
    if receipt["status"] == "refused":
        raise Refusal(
            422, receipt["reason_zh"], "the file is refused; with ask the office looks at it"
        )
    if source is None:
        raise Refusal(422, receipt["reason_zh"] or "请先选这是哪个账号的。", "choose a source")
    under = receipts.view(desk, person, {**upload, "source": source})
    if under["status"] == "held":
        raise Refusal(
            422, under["reason_zh"], "the figures do not fit; with ask the office decides"
        )


def put_into_inbox(desk: Desk, upload: dict[str, Any], source: str) -> Path:
    """Copy the bytes into inbox/<source>/ under the file's name."""
    return place_in_inbox(desk.home, desk.files.path(upload["sha256"]), source, upload["name"])


def place_in_inbox(home: Home, path: Path, source: str, name: str) -> Path:
    """Copy a file into inbox/<source>/ as `name`; it appears there whole, and is on disk."""
    folder = home.inbox / source
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".desk-{secrets.token_hex(8)}.part"
    try:
        shutil.copyfile(path, part)
        part.chmod(_MODE)
        sync(part)
        failpoint("desk: copied")
        target = _appear(part, folder, name)
        failpoint("desk: in the inbox")
    except OSError as error:
        raise Refusal(
            503, "服务器磁盘写不下，请告知管理员。", f"cannot write into the inbox: {error}"
        ) from error
    finally:
        part.unlink(missing_ok=True)
    sync_with_parents([folder], home.root)
    return target


def _appear(part: Path, folder: Path, name: str) -> Path:
    """Give the file its name, another number for each file of that name that waits already."""
    stem, suffix = Path(name).stem, Path(name).suffix
    for number in range(1, 10_000):
        target = folder / (name if number == 1 else f"{stem} ({number}){suffix}")
        try:
            os.link(part, target)
        except FileExistsError:
            continue
        return target
    raise Refusal(409, "收件夹里同名文件太多。", "too many files of this name wait")


def _mark_submitted(desk: Desk, upload: dict[str, Any], source: str, path: Path) -> None:
    relative = str(path.relative_to(desk.home.root))
    failpoint("desk: inbox on disk")
    desk.files.update(upload, state="submitted", source=source, path=relative, submitted_at=_now())
    failpoint("desk: submitted")
    desk.files.drop_bytes(upload["sha256"])
    failpoint("desk: bytes dropped")


def take_back(desk: Desk, person: Person, sha256: str) -> str:
    """Undo: an upload not handed in is forgotten; one that waits leaves the inbox.

    Returns what happened.
    """
    upload = desk.files.find(person, sha256)
    if upload["state"] == "received":
        desk.files.update(upload, state="cancelled")
        desk.files.drop_bytes(sha256)
    elif upload["state"] == "asked":
        desk.files.update(upload, state="withdrawn")
    elif upload["state"] == "submitted":
        _leave_inbox(desk, upload)
    else:
        raise Refusal(409, "这份文件已经撤回或退回。", f"the upload is {upload['state']}")
    desk.note(person.name, "take back", sha256)
    return "cancelled" if upload["state"] == "received" else "withdrawn"


def _leave_inbox(desk: Desk, upload: dict[str, Any]) -> None:
    """Move a waiting file back to the desk; Refusal 409 once a night has begun with it."""
    try:
        with run_lock(desk.home):
            path = waiting_path(desk.home, upload)
            if path is None:
                raise Refusal(
                    409,
                    "夜间运行已经收走，不能撤回；如有错请告知宣传处。",
                    "the night has taken it in",
                )
            path.replace(desk.files.path(upload["sha256"]))
            failpoint("desk: out of the inbox")
    except TransientError as error:
        raise Refusal(409, "正在入库，现在不能撤回；请稍后再看。", "a run is under way") from error
    desk.files.update(upload, state="withdrawn", path=None)


def waiting_path(home: Home, upload: dict[str, Any]) -> Path | None:
    """Return where a handed-in file still waits, None when the night has taken it."""
    path = home.root / upload["path"] if upload["path"] else None
    return (
        path
        if path is not None and path.is_file() and path.stat().st_size == upload["size"]
        else None
    )


def state(
    desk: Desk, upload: dict[str, Any], arrivals: dict[tuple[str, str], dict[str, Any]]
) -> dict[str, Any]:
    """Return what became of an upload: its state and, where it came back, why."""
    row = arrivals.get((upload["sha256"], upload["source"] or ""))
    if upload["state"] != "submitted":
        shown = {"asked": "held"}.get(upload["state"], upload["state"])
        return {"state": shown, "state_reason_zh": upload["receipt"].get("returned_zh")}
    if waiting_path(desk.home, upload) is not None or row is None:
        return {"state": "waiting", "state_reason_zh": None}
    status = {"quarantined": "returned", "duplicate": "loaded"}.get(row["status"], row["status"])
    reason = plain(row["reason"]) if status in ("returned", "held", "withdrawn") else None
    return {"state": status, "state_reason_zh": reason}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
