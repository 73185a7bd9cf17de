"""Questions about new files: rules in `transforms/intake/*.sql` that hold a file back or report it.

A rule is one SELECT of load_seq, other_load_seq, reason_zh, reason_en over the tables as they would
be with tonight's files. Its header
says `-- outcome: hold` (the file is taken out again and waits in held/) or `-- outcome: tell` (it
counts; the night ends with exit code 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.base.errors import ConfigError, PipelineError
from pipeline.config.checkout import TRANSFORMS
from pipeline.ingest.held import is_released
from pipeline.ingest.land import RowCounts
from pipeline.models.build import tried
from pipeline.models.slices import TABLE_NAME
from pipeline.warehouse.rows import insert_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    import duckdb

    from pipeline.config.decisions import Decision
    from pipeline.ingest.files.outcomes import FileOutcome
    from pipeline.models.incremental import IncrementalBuild
    from pipeline.models.model import Model

_HEADER = "-- outcome:"
_COLUMNS = ("load_seq", "other_load_seq", "reason_zh", "reason_en")


@dataclass(frozen=True)
class Rule:
    """One rule: its file's name, whether it holds files back, its SELECT, the tables that it reads."""

    name: str
    holds: bool
    sql: str
    reads: frozenset[str]


@dataclass(frozen=True)
class Question:
    """A rule's finding about one new file, and the other file that it contradicts."""

    rule: str
    load_seq: int
    other_load_seq: int | None
    reason_zh: str
    reason_en: str


def load_rules(folder: Path) -> list[Rule]:
    """Read the rules; ConfigError names a file without outcome."""
    return [_read(path) for path in sorted((folder / "intake").glob("*.sql"))]


def _read(path: Path) -> Rule:
    text = path.read_text("utf-8")
    outcome = next(
        (
            line.removeprefix(_HEADER).strip()
            for line in text.splitlines()
            if line.startswith(_HEADER)
        ),
        "",
    )
    if outcome not in ("hold", "tell"):
        raise ConfigError(f"{path}: needs a line `-- outcome: hold` or `-- outcome: tell`.")
    return Rule(path.stem, outcome == "hold", text, frozenset(TABLE_NAME.findall(text)))


def hold(  # noqa: PLR0913 - what a night knows of its files
    con: duckdb.DuckDBPyConnection,
    rules: Sequence[Rule],
    models: Sequence[Model],
    outcomes: Sequence[FileOutcome],
    decisions: Sequence[Decision],
    *,
    may_keep: bool,
    second: duckdb.DuckDBPyConnection | None = None,
) -> tuple[list[dict[str, Any]], IncrementalBuild | None]:
    """Take the new files that a rule holds back out again.

    Returns the questions about them, as ops.file_question has them, and what was built to ask, if
    the night may keep it.

    A file that a person has released is not asked about again. A file that disagreed with a held
    one only may disagree with another too: the rules are asked until they hold no more.
    """
    holding = [rule for rule in rules if rule.holds]
    asked = {table for rule in holding for table in rule.reads}
    rows: list[dict[str, Any]] = []
    while new := {one.load_seq: one for one in outcomes if one.status == "loaded" and one.load_seq}:
        doubtful = {seq for seq, one in new.items() if not is_released(decisions, one.file)}
        with tried(con, models, TRANSFORMS, asked, second) as begun:
            held = to_hold(_ask(con, holding), doubtful)
            begun.is_kept = may_keep and not held
        if not held:
            return rows, begun if begun.is_kept else None
        rows += _described(con, list(held.values()), held=True)
        take_out(con, outcomes, held)
    return rows, None


def tell(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """Return the questions about new files that count all the same."""
    return _described(con, _ask(con, [rule for rule in rules if not rule.holds]), held=False)


def _ask(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> list[Question]:
    """Run the rules; PipelineError names the one whose SQL fails."""
    import duckdb

    found: list[Question] = []
    for rule in rules:
        try:
            rows = con.execute(
                f"select {', '.join(_COLUMNS)} from ({rule.sql}\n) order by all"
            ).fetchall()
        except duckdb.Error as error:
            raise PipelineError(
                f"transforms/intake/{rule.name}.sql: {error}. Mend the SQL."
            ) from error
        found += [Question(rule.name, *row) for row in rows]
    return found


def to_hold(questions: Sequence[Question], doubtful: Collection[int]) -> dict[int, Question]:
    """Return the files to hold with their first question, of the `doubtful` ones only.

    A file that only disagrees with one that is held itself is not held.
    """
    held: dict[int, Question] = {}
    for question in sorted(questions, key=lambda one: (one.load_seq, one.other_load_seq or 0)):
        if question.load_seq in doubtful and question.other_load_seq not in held:
            held.setdefault(question.load_seq, question)
    return held


def take_out(
    con: duckdb.DuckDBPyConnection, outcomes: Sequence[FileOutcome], held: dict[int, Question]
) -> None:
    """Delete the rows of held files from raw and ops, and call the files held."""
    numbers = sorted(held)
    tables = con.execute(
        "select distinct table_name from duckdb_columns() where schema_name = 'raw' and "
        "column_name = 'load_seq'"
    ).fetchall()
    for (table,) in tables:
        con.execute(f"delete from raw.{table} where load_seq in (select unnest(?))", [numbers])
    arrivals = {
        (one.file.sha256, one.file.source): held[one.load_seq or 0]
        for one in outcomes
        if one.load_seq in held
    }
    for outcome in outcomes:
        question = arrivals.get((outcome.file.sha256, outcome.file.source))
        if question is None or outcome.status not in ("loaded", "duplicate"):
            continue
        file = outcome.file
        # the same bytes twice tonight are one entry
        con.execute(
            """
            delete from ops.file where sha256 = ? and source = ? and status = 'duplicate'
                and run_id = (select run_id from ops.context)
            """,
            [file.sha256, file.source],
        )
        for table in ("rejected_row", "unreadable_value"):
            con.execute(
                (
                    f"delete from ops.{table} where sha256 = ? and run_id = (select run_id from "
                    "ops.context)"
                ),
                [file.sha256],
            )
        con.execute(
            """
            update ops.file set status = 'held', load_seq = null, rows_loaded = 0, rows_rejected = 0,
                rows_duplicate = 0,
                reason = ?, reason_en = ?
            where sha256 = ? and source = ? and (load_seq = ? or run_id = (select run_id from ops.context))
            """,
            [question.reason_zh, question.reason_en, file.sha256, file.source, outcome.load_seq],
        )
        outcome.status, outcome.load_seq = "held", None
        outcome.reason, outcome.reason_en = question.reason_zh, question.reason_en
        outcome.tally, outcome.unread_sheets = RowCounts(), ()


def _described(
    con: duckdb.DuckDBPyConnection, questions: Sequence[Question], *, held: bool
) -> list[dict[str, Any]]:
    """Return questions as rows of ops.file_question, while the files still have their load_seq."""
    files = {
        seq: facts
        for seq, *facts in con.execute(
            "select load_seq, sha256, source, original_name, run_id from ops.file where "
            "load_seq is not null"
        ).fetchall()
    }
    rows = []
    for one in questions:
        sha256, source, name, run_id = files[one.load_seq]
        other = files.get(one.other_load_seq or 0, (None, None, None, None))
        rows.append(
            {
                "run_id": run_id, "rule": one.rule, "outcome": "held" if held else "told",
                "sha256": sha256, "source": source, "original_name": name,
                "other_sha256": other[0], "other_source": other[1], "other_name": other[2],
                "reason": one.reason_zh, "reason_en": one.reason_en,
            }
        )  # fmt: skip
    return rows


def record(con: duckdb.DuckDBPyConnection, rows: list[dict[str, Any]]) -> None:
    """Write questions to ops.file_question."""
    insert_rows(con, "ops.file_question", rows)
