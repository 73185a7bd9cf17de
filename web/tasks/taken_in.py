"""Files that a person let in, and how each waits again while no night has begun with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.base.errors import TransientError
from pipeline.ingest.archive import carry_out, to_quarantine
from pipeline.ingest.inbox import InboxFile
from pipeline.warehouse.publish import run_lock
from web.refusal import Refusal
from web.uploads.digests import digest_of
from web.uploads.submit import waiting_path

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.config.decisions import Decision
    from web.access.guard import Ask
    from web.desk import Desk

_REFUSED = """
    select original_name, source, status, reason, reason_en, ingested_at from ops.file
    where sha256 = ? and status in ('held', 'quarantined')
    qualify row_number() over (partition by source order by run_id desc) = 1"""


def take_back(ask: Ask, sha256: str, source: str) -> str | None:
    """Undo the release of a file, to be asked about again as one of `source`; None when there is none.

    Refusal 409 once a night has begun with it.
    """
    desk, last = ask.desk, ask.desk.decided.last("file", sha256)
    if last is None or last.kind not in ("release", "reassign"):
        return None
    try:
        with run_lock(desk.home):
            if not (
                _to_quarantine(desk, sha256, last)
                or _to_desk(desk, sha256, last, source)
                or _is_held(desk, sha256)
            ):
                raise Refusal(409, "夜间已经收走，不能撤销。", "the night has taken it in")
    except TransientError as error:
        raise Refusal(409, "正在入库，请稍后再看。", "a run is under way") from error
    desk.decided.decide(ask.person, "restore", sha256, None)
    return "已撤销，重新等待判定。"


def _to_quarantine(desk: Desk, sha256: str, last: Decision) -> bool:
    """Move a file that a night refused, and a person handed in again, from the inbox back."""
    rows = desk.figures.rows(_REFUSED, sha256)
    row = next((one for one in rows if one["status"] == "quarantined"), None)
    path = _in_folder(desk.home.inbox / (last.value or ""), sha256)
    if row is None or path is None or row["ingested_at"] > last.at:
        return False
    info = path.stat()
    file = InboxFile(path, row["source"], sha256, info.st_size, info.st_mtime_ns)
    problems = carry_out(
        [to_quarantine(file, desk.home.quarantine, _note(row), ())], desk.home.root
    )
    if problems:
        raise Refusal(503, "服务器磁盘写不下，请告知管理员。", problems[0])
    return True


def _note(row: dict[str, Any]) -> str:
    place = f"{row['original_name']}（inbox/{row['source']}）"
    return f"{place}\n\n{row['reason']}\n{row['reason_en']}\n"


def _to_desk(desk: Desk, sha256: str, last: Decision, source: str) -> bool:
    """Move what a unit handed to the office from the inbox back to the desk."""
    found = [one for one in desk.files.handed_in(sha256) if one["source"] == last.value]
    waits = [(one, path) for one in found if (path := waiting_path(desk.home, one))]
    for upload, path in waits:
        path.replace(desk.files.path(sha256))
        desk.files.update(upload, state="asked", source=source or None, path=None)
    return bool(waits)


def _is_held(desk: Desk, sha256: str) -> bool:
    """Return whether a file is still in held/: then the decision is all that is needed."""
    rows = desk.figures.rows(_REFUSED, sha256)
    return any(_in_folder(desk.home.held / row["source"], sha256) for row in rows)


def _in_folder(folder: Path, sha256: str) -> Path | None:
    for path in folder.glob("*") if folder.is_dir() else []:
        if path.is_file() and digest_of(path) == sha256:
            return path
    return None
