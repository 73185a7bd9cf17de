"""Files that came in, their outcomes, and decisions about them.

Release, withdraw, restore, edition, pieces, reopen, reassign.

Nothing is changed here but decisions.jsonl: the next night does the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipeline.base.errors import ConfigError
from pipeline.config.decisions import OPEN, append_decision, read_decisions
from pipeline.ingest.held import TAKES_IN, last_decision
from pipeline.warehouse.publish import open_published

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from pipeline.config.decisions import Decision
    from pipeline.config.home import Home

FileDecision = Literal["release", "withdraw", "restore", "edition", "pieces", "reassign"]
# what each decision needs to find; an answer about editions may also come for a file that waits
_FROM: dict[str, tuple[str, ...]] = {
    "release": ("held",),
    "withdraw": ("loaded", "held"),
    "restore": ("withdrawn",),
    "edition": ("loaded", "held"),
    "pieces": ("loaded", "held"),
    "reassign": ("held",),
}
_LISTED = 20
_SHORT = 12


@dataclass(frozen=True)
class FileRecord:
    """One arrival of a file.

    A row of ops.file, and the last decision about it, which the next night uses.
    """

    sha256: str
    original_name: str
    source: str
    layout: str | None
    status: str
    rows_loaded: int | None
    rows_rejected: int | None
    reason: str | None
    reason_en: str | None
    known_on: date | None
    ingested_at: datetime | None
    load_seq: int | None
    decision: str | None = None
    decided_by: str | None = None

    @property
    def state(self) -> str:
        """The status as the last decision makes it: what the next night will find."""
        if self.decision == "withdraw" and self.status in ("loaded", "held"):
            return "withdrawn"
        if self.decision == "restore" and self.status == "withdrawn":
            return "held" if self.load_seq is None else "loaded"
        return self.status


def list_files(home: Home) -> list[FileRecord]:
    """Return all files that ever came in, newest first.

    TransientError when there is no warehouse yet.
    """
    decisions = read_decisions(home)
    with open_published(home) as con:
        rows = con.execute(
            """
            select sha256, original_name, source, layout, status, rows_loaded, rows_rejected, reason,
                reason_en,
                known_on, ingested_at::timestamp, load_seq
            from ops.file order by run_id desc, load_seq desc nulls last, original_name
            """
        ).fetchall()
    return [_with_decision(decisions, FileRecord(*row)) for row in rows]


def _with_decision(decisions: Sequence[Decision], file: FileRecord) -> FileRecord:
    decision = last_decision(decisions, (file.sha256, file.source))
    if decision is None or decision.is_open:
        return file
    return FileRecord(**{**vars(file), "decision": decision.kind, "decided_by": decision.by})


def decide(  # noqa: PLR0913 - the fields of a decision
    home: Home,
    kind: FileDecision,
    sha: str,
    *,
    by: str,
    note: str = "",
    source: str | None = None,
    to: str | None = None,
) -> FileRecord:
    """Note a decision about the file that `sha` (or its first letters) names.

    Returns the file as it was.

    `source` picks the folder when the same bytes came into several; `to` is the folder of a
    reassignment.
    ConfigError lists the files that could be meant when none or several are.
    """
    file = _one(list_files(home), kind, sha, source)
    if kind == "reassign":
        _require_folder(home, to)
    append_decision(
        home, kind, file.sha256, to if kind == "reassign" else _value(kind, file), by=by, note=note
    )
    return file


def reopen(
    home: Home, sha: str, *, by: str, note: str = "", source: str | None = None
) -> FileRecord:
    """Take the answer about a ledger's editions back; returns the file.

    ConfigError when nobody answered, or when a night let the file in for the answer's sake: without
    one it would count beside the earlier file, and nobody would be asked.
    """
    file = _one(list_files(home), "edition", sha, source)
    if file.decision not in ("edition", "pieces"):
        raise ConfigError(f"{sha}: 没有可收回的答复 / nobody has answered about this file.")
    if file.status == "loaded" and _was_held(home, file):
        raise ConfigError(
            f"{sha}: 已按答复入库，不能收回，请改答另一种 / the answer has let it in: answer "
            "`edition` or `pieces` instead."
        )
    kind: FileDecision = "edition" if file.decision == "edition" else "pieces"
    append_decision(home, kind, file.sha256, OPEN, by=by, note=note)
    return file


def _was_held(home: Home, file: FileRecord) -> bool:
    with open_published(home) as con:
        row = con.execute(
            "select 1 from ops.file_question where sha256 = ? and source = ? and outcome = 'held'",
            [file.sha256, file.source],
        ).fetchone()
    return row is not None


def _value(kind: FileDecision, file: FileRecord) -> str | None:
    return None if kind in ("edition", "pieces") else file.source


def _one(
    files: Sequence[FileRecord], kind: FileDecision, sha: str, source: str | None
) -> FileRecord:
    wanted = sha.strip().lower()
    allowed = [one for one in files if _is_allowed(kind, one)]
    named = [
        one
        for one in files
        if wanted and one.sha256.startswith(wanted) and source in (None, one.source)
    ]
    found = list({(one.sha256, one.source): one for one in named if one in allowed}.values())
    if kind == "withdraw" and len({one.sha256 for one in found}) == 1 and len(found) > 1:
        # the one in question, not its right twin
        found = [one for one in found if one.state == "held"] or found
    if len(found) == 1:
        return found[0]
    if named and not found:
        states = "、".join(sorted({one.state for one in named}))
        raise ConfigError(
            f"{sha}: 这个文件现在是 {states}，不能 {kind} / its status is {states}; {kind} "
            f"needs {' or '.join(_FROM[kind])}."
        )
    which = found or allowed
    wrong = "几个文件都符合" if found else "没有这个文件"
    told = "several files fit (give more letters, or --source)" if found else "no such file"
    raise ConfigError(f"{sha}: {wrong} / {told}. {_listed(which)}")


def _is_allowed(kind: FileDecision, file: FileRecord) -> bool:
    """Return whether a decision can be about a file; one that was let in and still waits can be restored."""
    waits = file.state == "held" and file.decision in TAKES_IN
    return file.state in _FROM[kind] or (kind == "restore" and waits)


def _listed(files: Sequence[FileRecord]) -> str:
    if not files:
        return "没有可选的文件 / there is none to choose from."
    lines = [
        f"  {one.sha256[:_SHORT]}  {one.state}  {one.source}/{one.original_name}"
        for one in files[:_LISTED]
    ]
    more = [f"  … {len(files) - _LISTED} more: files list"] if len(files) > _LISTED else []
    return "\n".join(["可选 / choose from:", *lines, *more])


def _require_folder(home: Home, to: str | None) -> None:
    folders = home.settings().folders
    if to not in folders:
        raise ConfigError(
            f"{to!r} 不是收件夹 / is no inbox folder. It is one of: {', '.join(sorted(folders))}."
        )
