"""Say what becomes of one file of the inbox, why, and how ops.file notes it."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from collectors.unreadable import Unreadable, shown
from pipeline.ingest.land import RowCounts

if TYPE_CHECKING:
    from pipeline.ingest.inbox import InboxFile

log = logging.getLogger(__name__)
_LONGEST_NOTES = 4_000
NO_FILES = {
    "link": (
        "这是链接，不是文件；请放入文件本身。",
        "This is a link, not a file; drop the file itself.",
    ),
    "device": (
        "这是管道、套接字或设备，不是文件；请放入文件本身。",
        "A pipe, socket or device, no file; drop the file itself.",
    ),
    "closed": (
        "没有读取权限，打不开。请改正权限后重新放入。",
        "No permission to open it. Mend its permissions and drop it again.",
    ),
}


@dataclass
class FileOutcome:
    """Outcome of one file; the fields are those of ops.file."""

    file: InboxFile
    status: str
    layout: str | None = None
    reason: str | None = None
    reason_en: str | None = None
    tally: RowCounts = field(default_factory=RowCounts)
    load_seq: int | None = None
    container: str | None = None
    encoding: str | None = None
    notes: tuple[str, ...] = ()
    unread_sheets: tuple[str, ...] = ()
    ingested_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    is_unavailable: bool = False
    needs_person: bool = False
    is_noted: bool = False  # ops.file has its row already


def duplicate(file: InboxFile, *, is_withdrawn: bool = False) -> FileOutcome:
    """Return the outcome of a file whose bytes came before."""
    if is_withdrawn:
        reason = f"这个文件已被撤下，再次交来不会计入。要重新计入：files restore {file.sha256[:12]}"
        told = (
            "withdrawn; dropped again it still counts nowhere. To count it: files restore "
            f"{file.sha256[:12]}"
        )
        return FileOutcome(file, "duplicate", reason=reason, reason_en=told, needs_person=True)
    return FileOutcome(
        file,
        "duplicate",
        reason="内容与已入库的文件完全相同",
        reason_en="same bytes as a file already loaded",
    )


def held_again(file: InboxFile) -> FileOutcome:
    """Return the outcome of a file that comes once more and waits for a decision, or was refused."""
    reason = f"这个文件正在待核或已被撤下，仍未计入。计入：files release {file.sha256[:12]}"
    told = f"held or withdrawn, still not counted. To take it in: files release {file.sha256[:12]}"
    return FileOutcome(file, "held", reason=reason, reason_en=told, is_noted=True)


def quarantined(file: InboxFile, refusal: Unreadable) -> FileOutcome:
    """Return the outcome of a file that is refused, with the refusal's reasons."""
    return FileOutcome(file, "quarantined", reason=refusal.reason_zh, reason_en=refusal.reason_en)


def growing(file: InboxFile) -> FileOutcome:
    """Return the outcome of a file that somebody still writes; it stays in the inbox."""
    log.warning("file still growing, left for the next night", extra={"file": file.name})
    return FileOutcome(
        file,
        "growing",
        reason="文件仍在写入，留待下次",
        reason_en="still growing, left for the next night",
    )


def left(file: InboxFile) -> FileOutcome:
    """Return the outcome of a file that the disk would not give.

    It stays in the inbox, and a person is notified.
    """
    log.error("file cannot be read, left in the inbox", extra={"file": str(file.path)})
    reason = "读不出来（磁盘、网络盘出错，或路径太长，或没有权限），仍留在收件夹；请检查后重新放入"
    if file.kind == "hidden":
        reason = "文件名以点开头（多为未传完的文件），没有读取；要交来请改名，否则请删除"
    told = (
        f"cannot be read ({file.problem or 'disk error or no permission'}), left in the inbox; "
        "look at the disk, then drop it again"
    )
    return FileOutcome(file, "growing", reason=reason, reason_en=told, is_unavailable=True)


def facts(outcome: FileOutcome, run_id: str, known_on: date) -> dict[str, Any]:
    """Return the outcome as a row of ops.file."""
    file, tally = outcome.file, asdict(outcome.tally)
    return {
        "sha256": file.sha256,
        "original_name": file.name,
        "source": file.source,
        "layout": outcome.layout,
        "status": outcome.status,
        **{f"rows_{name}": tally[name] for name in ("total", "loaded", "rejected", "duplicate")},
        "reason": outcome.reason,
        "reason_en": outcome.reason_en,
        "run_id": run_id,
        "ingested_at": outcome.ingested_at,
        "load_seq": outcome.load_seq,
        "known_on": known_on,
        "modified_at": file.modified_at,
        "size_bytes": file.size,
        "container": outcome.container,
        "encoding": outcome.encoding,
        "notes": _brief(
            [
                *outcome.notes,
                *(f"工作表“{name}”没有匹配的版式，未读取" for name in outcome.unread_sheets),
            ]
        ),
    }


def _brief(notes: list[str]) -> str | None:
    text = shown("；".join(notes))
    if len(text) > _LONGEST_NOTES:
        return f"{text[:_LONGEST_NOTES]}……共 {len(notes)} 条"
    return text or None
