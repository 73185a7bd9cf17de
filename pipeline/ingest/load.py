"""Take the inbox in: read each file, decide what becomes of it, land its rows in batches."""

from __future__ import annotations

import logging
from collections import defaultdict
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectors.model import MissingDependency, ReadResult, Unavailable
from collectors.read.worker_pool import children_for
from collectors.unreadable import Unreadable
from pipeline.base.errors import ConfigError, PipelineError
from pipeline.config.settings import SHARED_FOLDERS
from pipeline.ingest.files import outcomes
from pipeline.ingest.files.outcomes import FileOutcome
from pipeline.ingest.files.places import (
    place_of,
    require_own,
    require_place,
    require_shared,
    unknown_folder,
)
from pipeline.ingest.held import forget_held
from pipeline.ingest.inbox import in_order
from pipeline.ingest.land import Incoming, RowCounts, land
from pipeline.warehouse.rows import insert_rows
from pipeline.warehouse.side_by_side import side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    import duckdb

    from collectors.layout import Layout, Table
    from collectors.read.read_ahead import Answer
    from collectors.read.worker_pool import Reader
    from pipeline.config.settings import Settings
    from pipeline.ingest.held import Arrival
    from pipeline.ingest.inbox import InboxFile

log = logging.getLogger(__name__)
BATCH_ROWS = 200_000


@dataclass(frozen=True)
class Night:
    """Facts of the run that loading needs."""

    run_id: str
    as_of: date
    today: date
    settings: Settings
    units: frozenset[str] = frozenset()  # of the plan: each may have a folder of its own
    year: int | None = None  # of the plan: proposed where a cell lacks its year


class Loader:
    """Takes files in one after another; every file ends with an outcome, whatever happens to it."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        reader: Reader,
        layouts: dict[str, Layout],
        night: Night,
    ) -> None:
        self.con, self.reader, self.layouts, self.night = con, reader, layouts, night
        self.second: duckdb.DuckDBPyConnection | None = None  # lands half of the tables, if given
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

    @contextmanager
    def reading(
        self, files: Sequence[InboxFile], decided: Sequence[InboxFile] = ()
    ) -> Iterator[None]:
        """Begin to read all files, for `take` to land; at the end of the block nothing is read on.

        `decided` are held ones that a person wants taken in.
        """
        self._held -= {(file.sha256, file.source) for file in decided}
        self._files = in_order([*files, *decided])
        self._at_once = {
            file.path: outcome for file in self._files if (outcome := self._without_reading(file))
        }
        to_read = [file for file in self._files if file.path not in self._at_once]
        requests = (
            (file.path, place_of(file.source, self._platforms, self.night.units), None)
            for file in to_read
        )
        children = children_for(len(to_read), sum(file.size for file in to_read))
        with closing(self.reader.read_all(requests, children)) as self._answers:
            yield

    def take(self, step: Callable[[str], None]) -> list[FileOutcome]:
        """Land the files that are being read; returns an outcome each, oldest first."""
        for file in self._files:
            step(f"{file.source}/{file.name}")
            self.outcomes.append(
                self._at_once.get(file.path) or self._take_one(file, _answer(self._answers))
            )
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
            return outcomes.left(file)
        if (file.sha256, file.source) in self._held:
            return outcomes.held_again(file)
        if (file.sha256, file.source) in self._known:
            return outcomes.duplicate(
                file, is_withdrawn=(file.sha256, file.source) in self._withdrawn
            )
        if file.kind in outcomes.NO_FILES:
            return outcomes.quarantined(file, Unreadable(*outcomes.NO_FILES[file.kind]))
        if file.source not in (*SHARED_FOLDERS, *self._platforms, *self.night.units):
            return outcomes.quarantined(file, unknown_folder(file.source))
        return None

    def _take_one(self, file: InboxFile, answer: Answer) -> FileOutcome:
        if (file.sha256, file.source) in self._known:  # since tonight: two files of the same bytes
            return outcomes.duplicate(file)
        if isinstance(answer, Unavailable):
            return outcomes.left(file)
        if isinstance(answer, Unreadable):
            return outcomes.quarantined(file, answer)
        try:
            for name in answer.layouts:
                if file.source in self.night.units:
                    require_shared(self.layouts[name], file.source)
                else:
                    require_place(self.layouts[name], file.source, self._platforms.get(file.source))
            require_own(answer, file, self.night.settings.accounts)
        except Unreadable as refusal:
            return outcomes.quarantined(file, refusal)
        if not file.is_unchanged():
            return outcomes.growing(file)
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
        if not self._pending:
            return
        import duckdb
        import pyarrow as pa

        pending, self._pending, self._pending_rows = self._pending, [], 0
        try:
            self._land(pending)
        except (duckdb.Error, pa.ArrowException, ValueError, OverflowError) as error:
            for con in self._connections():
                con.rollback()
            if len(pending) == 1:
                self._refuse(pending[0][0], error)
                return
            for one in pending:
                self._pending = [one]
                self._flush()

    def _land(self, pending: Sequence[tuple[FileOutcome, ReadResult]]) -> None:
        groups: dict[str, list[Incoming]] = defaultdict(list)
        for outcome, result in pending:
            for block in result.blocks:
                file = outcome.file
                table = self._one_of_equals(block.declaration)
                groups[f"{table.table} {id(table)}"].append(
                    Incoming(file.source, file.sha256, outcome.load_seq or 0, table, block)
                )
        night, landed = self.night, list[dict[int, RowCounts]]()

        def land_table(on: duckdb.DuckDBPyConnection, name: str) -> None:
            landed.append(land(on, groups[name], night.run_id, night.today, night.year))

        for con in self._connections():
            con.begin()
        apart: dict[str, tuple[str, ...]] = dict.fromkeys(groups, ())
        side_by_side(self.con, self.second, apart, land_table, lambda _: None)
        tallies: dict[int, RowCounts] = defaultdict(RowCounts)
        for load_seq, tally in (one for table in landed for one in table.items()):
            tallies[load_seq] += tally
        for outcome, result in pending:
            outcome.tally = tallies[outcome.load_seq or 0]
            outcome.tally += keep_broken_rows(self.con, outcome.file.sha256, result, night.run_id)
        _commit(self._connections())

    def _connections(self) -> list[duckdb.DuckDBPyConnection]:
        return [self.con] if self.second is None else [self.con, self.second]

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


def _commit(connections: Sequence[duckdb.DuckDBPyConnection]) -> None:
    """End all transactions; PipelineError when some of it is there and some is not."""
    import duckdb

    first, *others = connections
    first.commit()
    try:
        for con in others:
            con.commit()
    except duckdb.Error as error:
        raise PipelineError(f"half of the files' rows were landed: {error}. Run again.") from error


def _answer(answers: Iterator[Answer]) -> Answer:
    try:
        return next(answers)
    except MissingDependency as error:
        raise ConfigError(str(error)) from error


def _arrivals(con: duckdb.DuckDBPyConnection, condition: str) -> set[Arrival]:
    return set(
        con.execute(f"select distinct sha256, source from ops.file where {condition}").fetchall()
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


def _record(con: duckdb.DuckDBPyConnection, files: Iterable[FileOutcome], night: Night) -> None:
    insert_rows(
        con,
        "ops.file",
        [
            outcomes.facts(file, night.run_id, night.as_of)
            for file in files
            if file.status != "growing" and not file.is_noted
        ],
    )
