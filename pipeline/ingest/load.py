"""Take the inbox in: read each file, decide what becomes of it, land its rows in batches."""

from __future__ import annotations

import logging
from collections import defaultdict
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from collectors.model import ReadResult, Unavailable, Unreadable, shown
from collectors.read.read_file import UNIT
from collectors.read.worker_pool import children_for
from pipeline.config.settings import SHARED_FOLDERS, Settings
from pipeline.ingest.held import forget_held
from pipeline.ingest.inbox import in_order
from pipeline.ingest.land import Incoming, RowCounts, land
from pipeline.warehouse.rows import insert_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    import duckdb

    from collectors.layout import Layout, Table
    from collectors.read.worker_pool import Answer, Reader
    from pipeline.ingest.held import Arrival
    from pipeline.ingest.inbox import InboxFile

log = logging.getLogger(__name__)
BATCH_ROWS = 200_000
_LONGEST_NOTES = 4_000
_NO_FILES = {
    "link": ("这是链接，不是文件；请放入文件本身。",
        "This is a link, not a file; drop the file itself."),
    "device": ("这是管道、套接字或设备，不是文件；请放入文件本身。",
        "A pipe, socket or device, no file; drop the file itself."),
    "closed": ("没有读取权限，打不开。请改正权限后重新放入。",
        "No permission to open it. Mend its permissions and drop it again."),
}  # fmt: skip


@dataclass
class FileOutcome:
    """What became of one file; the fields are those of ops.file."""

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


@dataclass(frozen=True)
class Night:
    """What intake needs to know of the run."""

    run_id: str
    as_of: date
    today: date
    settings: Settings
    units: frozenset[str] = frozenset()  # of the plan: each may have a folder of its own


class Loader:
    """Takes files in one after another; every file ends with a outcome, whatever happens to it."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        reader: Reader,
        layouts: dict[str, Layout],
        night: Night,
    ) -> None:
        self.con, self.reader, self.layouts, self.night = con, reader, layouts, night
        self.outcomes: list[FileOutcome] = []
        self._pending: list[tuple[FileOutcome, ReadResult]] = []
        self._pending_rows = 0
        self._platforms = {account.id: account.platform for account in night.settings.accounts}
        # a declaration's own hash takes its time: once each
        self._equal: dict[int, tuple[Table, Table]] = {}
        self._tables: dict[Table, Table] = {}
        self._known = _arrivals(con, "load_seq is not null")
        self._withdrawn = _arrivals(con, "status = 'withdrawn'")
        self._held = _arrivals(con, "load_seq is null and status in ('held', 'withdrawn')")
        (last,) = con.execute("select coalesce(max(load_seq), 0) from ops.file").fetchone() or (0,)
        self._load_seq = int(last)

    def take(
        self,
        files: Sequence[InboxFile],
        step: Callable[[str], None],
        decided: Sequence[InboxFile] = (),
    ) -> list[FileOutcome]:
        """Read and land all files; returns an outcome each, oldest first. `decided`.

        Held ones that a person wants taken in.
        """
        self._held -= {(file.sha256, file.source) for file in decided}
        files = in_order([*files, *decided])
        at_once = {file.path: outcome for file in files if (outcome := self._without_reading(file))}
        to_read = [file for file in files if file.path not in at_once]
        children = children_for(len(to_read), sum(file.size for file in to_read))
        answers = self.reader.read_all(
            (
                (file.path, place_of(file.source, self._platforms, self.night.units), None)
                for file in to_read
            ),
            children,
        )
        with closing(answers):
            for file in files:
                step(f"{file.source}/{file.name}")
                self.outcomes.append(at_once.get(file.path) or self._take_one(file, next(answers)))
                if self._pending_rows >= BATCH_ROWS:
                    self._flush()
        self._flush()
        forget_held(
            self.con,
            [(one.file.sha256, one.file.source) for one in self.outcomes if one.status == "loaded"],
        )
        _record(self.con, self.outcomes, self.night)
        return self.outcomes

    def _without_reading(self, file: InboxFile) -> FileOutcome | None:
        """Return the outcome of a file that need not or must not be opened."""
        if not file.sha256:
            return _left(file)
        if (file.sha256, file.source) in self._held:
            return _held_again(file)
        if (file.sha256, file.source) in self._known:
            return _duplicate(file, is_withdrawn=(file.sha256, file.source) in self._withdrawn)
        if file.kind in _NO_FILES:
            return _quarantined(file, Unreadable(*_NO_FILES[file.kind]))
        if file.source not in (*SHARED_FOLDERS, *self._platforms, *self.night.units):
            return _quarantined(file, Unreadable(
                (f"收件夹 inbox/{file.source} 不对应任何账号。请先用 accounts add 登记账号，"
                    "再把文件放入 inbox/<账号编号>/。"),
                (f"inbox/{file.source} is no account's folder. Register it with `accounts "
                    "add`, then drop the file again."),
            ))  # fmt: skip
        return None

    def _take_one(self, file: InboxFile, answer: Answer) -> FileOutcome:
        if (file.sha256, file.source) in self._known:  # since tonight: two files of the same bytes
            return _duplicate(file)
        if isinstance(answer, Unavailable):
            return _left(file)
        if isinstance(answer, Unreadable):
            return _quarantined(file, answer)
        try:
            for name in answer.layouts:
                if file.source in self.night.units:
                    _require_shared(self.layouts[name], file.source)
                else:
                    _require_place(
                        self.layouts[name], file.source, self._platforms.get(file.source)
                    )
        except Unreadable as refusal:
            return _quarantined(file, refusal)
        if not file.is_unchanged():
            log.warning("file still growing, left for the next night", extra={"file": file.name})
            return FileOutcome(
                file,
                "growing",
                reason="文件仍在写入，留待下次",
                reason_en="still growing, left for the next night",
            )
        self._known.add((file.sha256, file.source))
        self._load_seq += 1
        outcome = FileOutcome(
            file, "loaded", ",".join(answer.layouts), load_seq=self._load_seq,
            container=answer.container, encoding=answer.encoding, notes=tuple(answer.notes),
            unread_sheets=tuple(answer.unread_sheets),
        )  # fmt: skip
        self._pending.append((outcome, answer))
        self._pending_rows += answer.row_count
        return outcome

    def _flush(self) -> None:
        """Land what is pending in one transaction.

        If that fails, file by file, and quarantine the culprit.
        """
        import duckdb

        pending, self._pending, self._pending_rows = self._pending, [], 0
        try:
            self._land(pending)
        except (duckdb.Error, pa.ArrowException, ValueError, OverflowError) as error:
            self.con.execute("rollback")
            if len(pending) == 1:
                self._refuse(pending[0][0], error)
                return
            for one in pending:
                self._pending = [one]
                self._flush()

    def _land(self, pending: Sequence[tuple[FileOutcome, ReadResult]]) -> None:
        self.con.execute("begin")
        groups: dict[int, list[Incoming]] = defaultdict(list)
        for outcome, result in pending:
            for block in result.blocks:
                file = outcome.file
                table = self._one_of_equals(block.declaration)
                groups[id(table)].append(
                    Incoming(file.source, file.sha256, outcome.load_seq or 0, table, block)
                )
        tallies: dict[int, RowCounts] = defaultdict(RowCounts)
        for blocks in groups.values():
            for load_seq, tally in land(
                self.con, blocks, self.night.run_id, self.night.today
            ).items():
                tallies[load_seq] += tally
        for outcome, result in pending:
            outcome.tally = tallies[outcome.load_seq or 0]
            outcome.tally += keep_broken_rows(
                self.con, outcome.file.sha256, result, self.night.run_id
            )
        self.con.execute("commit")

    def _one_of_equals(self, table: Table) -> Table:
        if id(table) not in self._equal:
            self._equal[id(table)] = table, self._tables.setdefault(table, table)
        return self._equal[id(table)][1]

    def _refuse(self, outcome: FileOutcome, error: Exception) -> None:
        log.error("landing failed", extra={"file": outcome.file.name, "error": str(error)})
        outcome.status, outcome.load_seq, outcome.tally = "quarantined", None, RowCounts()
        outcome.reason = "入库时内部错误，请把此文件交给维护人员。"
        outcome.reason_en = (
            f"Internal error while landing, give this file to the maintainers: {error}"
        )


def _arrivals(con: duckdb.DuckDBPyConnection, condition: str) -> set[Arrival]:
    return set(
        con.execute(f"select distinct sha256, source from ops.file where {condition}").fetchall()
    )


def place_of(
    source: str, platforms: Mapping[str, str] | None = None, units: Collection[str] = ()
) -> str:
    """Return what kind of folder an inbox folder is.

    News, ledger, unit or account, with the account's platform where it is known.
    """
    if source in units:
        return UNIT
    if source in SHARED_FOLDERS:
        return source
    platform = (platforms or {}).get(source)
    return f"account/{platform}" if platform else "account"


def _duplicate(file: InboxFile, *, is_withdrawn: bool = False) -> FileOutcome:
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


def _held_again(file: InboxFile) -> FileOutcome:
    """Return the outcome of a file that waits for a decision, or was refused by one, and comes once more."""
    reason = f"这个文件正在待核或已被撤下，仍未计入。计入：files release {file.sha256[:12]}"
    told = f"held or withdrawn, still not counted. To take it in: files release {file.sha256[:12]}"
    return FileOutcome(file, "held", reason=reason, reason_en=told)


def _quarantined(file: InboxFile, refusal: Unreadable) -> FileOutcome:
    return FileOutcome(file, "quarantined", reason=refusal.reason_zh, reason_en=refusal.reason_en)


def _left(file: InboxFile) -> FileOutcome:
    """Return the outcome of a file that the disk would not give.

    It stays in the inbox, and a person is told.
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


def _require_shared(layout: Layout, source: str) -> None:
    """Raise Unreadable for an account's export in a unit's folder: it must say which account."""
    if not set(SHARED_FOLDERS) & set(layout.sources):
        raise Unreadable(
            (
                f"这是“{layout.title}”，是某个账号的导出文件，不该放在 inbox/{source}；请放入 "
                "inbox/<账号编号>。"
            ),
            (
                f"This is {layout.id}, an account's export; inbox/{source} takes ledgers and "
                "news. Drop it into the account's folder."
            ),
        )


def _require_place(layout: Layout, source: str, platform: str | None) -> None:
    kind = place_of(source)
    if kind not in layout.sources:
        right = "、".join(
            "inbox/<账号编号>" if s == "account" else f"inbox/{s}" for s in layout.sources
        )
        raise Unreadable(
            f"这是“{layout.title}”，不该放在 inbox/{source}；请放入 {right}。",
            f"This is {layout.id}; it does not belong in inbox/{source}. Drop it into {right}.",
        )
    if layout.platform and platform and layout.platform != platform:
        raise Unreadable(
            (
                f"这是“{layout.title}”（平台 {layout.platform}），但 inbox/{source} "
                f"的账号平台是 {platform}。请放入正确的账号文件夹。"
            ),
            f"This is {layout.id} of platform {layout.platform}, but inbox/{source} belongs "
            f"to a {platform} account. "
            "Drop it into the right account's folder.",
        )


_PROBLEM = "sha256, sheet, row_number, column_name, value, reason, reason_en, run_id"


def _two_languages(reason: str) -> tuple[str, str]:
    """Part a reader's reason: Chinese before the slash, English after it."""
    zh, _, en = reason.partition("/ ")
    return zh.strip(), en


def keep_broken_rows(
    con: duckdb.DuckDBPyConnection, sha256: str, result: ReadResult, run_id: str
) -> RowCounts:
    """Write what the reader could not read right, and return how many.

    Rows go to ops.rejected_row and cells to ops.unreadable_value.
    """
    found = [broken for block in result.blocks for broken in block.broken]
    rows = [
        (
            sha256,
            b.sheet,
            b.row_number,
            b.column_name,
            b.value,
            *_two_languages(b.reason),
            run_id,
            b.value,
        )
        for b in found
        if b.is_fatal
    ]
    cells = [
        (sha256, b.sheet, b.row_number, b.column_name, b.value, *_two_languages(b.reason), run_id)
        for b in found
        if not b.is_fatal
    ]
    if rows:
        con.executemany(
            (
                f"insert into ops.rejected_row ({_PROBLEM}, row_text) values (?, ?, ?, ?, ?, ?, ?, "
                "?, ?)"
            ),
            rows,
        )
    if cells:
        con.executemany(
            f"insert into ops.unreadable_value ({_PROBLEM}) values (?, ?, ?, ?, ?, ?, ?, ?)", cells
        )
    return RowCounts(total=len(rows), rejected=len(rows), unreadable=len(cells))


def facts(outcome: FileOutcome, night: Night) -> dict[str, Any]:
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
        "run_id": night.run_id,
        "ingested_at": outcome.ingested_at,
        "load_seq": outcome.load_seq,
        "known_on": night.as_of,
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
    return (
        f"{text[:_LONGEST_NOTES]}……共 {len(notes)} 条"
        if len(text) > _LONGEST_NOTES
        else text or None
    )


def _record(con: duckdb.DuckDBPyConnection, outcomes: Iterable[FileOutcome], night: Night) -> None:
    insert_rows(
        con,
        "ops.file",
        [facts(outcome, night) for outcome in outcomes if outcome.status != "growing"],
    )
