"""`pipeline rebuild`.

The whole warehouse again from archive/, with the versions and nights the files had.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from collectors.model import Unavailable
from collectors.read.worker_pool import Reader, children_for
from collectors.unreadable import Unreadable
from pipeline.base.errors import PipelineError
from pipeline.base.run_ids import day_of, next_run_id, run_id
from pipeline.config.checkout import TRANSFORMS
from pipeline.ingest.files.places import place_of
from pipeline.ingest.held import note_held
from pipeline.ingest.land import Incoming, land
from pipeline.ingest.load import keep_broken_rows
from pipeline.models.build import second_connection
from pipeline.run.keep.archive_check import problems, require_whole
from pipeline.run.night import compute, prepare, record_run
from pipeline.run.run_config import NightResult
from pipeline.warehouse import publish
from pipeline.warehouse.ddl import sql_literal, transaction
from pipeline.warehouse.rows import insert_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import duckdb

    from collectors.layout import Table
    from collectors.read.read_ahead import Answer
    from pipeline.config.home import Home
    from pipeline.run.run_config import RunConfig

# what the pipeline did stays; what it learnt from the files is learnt again
_KEPT = (
    "run",
    "fetch_log",
    "alert",
    "mail",
    "check_result",
    "restatement",
    "restatement_by_column",
    "forecast_log",
    "file_question",
)
NOTE_DOTS = 2
_TIMES = ("ingested_at", "modified_at")


@dataclass(frozen=True)
class Archived:
    """One archived file and the facts noted beside it."""

    path: Path
    facts: dict[str, Any]


def rebuild(
    job: RunConfig, step: Callable[[str], None], *, accept_loss: bool = False
) -> NightResult:
    """Load every archived file again and publish.

    PipelineError names the files that are missing, altered or no longer readable. With `accept_loss`
    the missing and altered ones are skipped: the result names them and its exit code is 3.
    """
    started = datetime.now(UTC)
    result = NightResult(run_id(started), job.as_of)
    with publish.run_lock(job.home):
        build = publish.start_build(job.home, copy=False)
        with publish.open_build(build) as con:
            lost = _lost(job.home, accept_loss=accept_loss)
            said = _keep_history(con, job.home.warehouse)
            result.run_id = next_run_id(con, started)
            prepare(con, job, result.run_id)
            files = archived_files(job.home.archive, without=lost)
            with Reader(job.layouts) as reader:
                sizes = sum(file.path.stat().st_size for file in files)
                # read as on its night: a year in the file's own name may date its rows
                platforms = {account.id: account.platform for account in job.settings.accounts}
                units = {unit.name for unit in job.plan.units}
                asked = (
                    (
                        f.path,
                        place_of(f.facts["source"], platforms, units),
                        str(f.facts["original_name"]),
                    )
                    for f in files
                )
                answers = reader.read_all(asked, children_for(len(files), sizes))
                for file, answer in zip(files, answers, strict=True):
                    step(str(file.facts["original_name"]))
                    _land(con, answer, file, job.settings.timezone)
            note_held(con, job.home, result.run_id)
            with second_connection(con, TRANSFORMS) as second:
                result.warnings = compute(con, job, result, step, second)
            result.exit_code = 3 if lost else 0
            notes = [
                f"rebuilt from {len(files)} archived file(s)",
                *said,
                *(f"lost: {text}" for text in lost),
            ]
            result.message = "; ".join(notes)
            record_run(con, result, started)
            con.execute("checkpoint")
        publish.publish(build, job.home)
    return result


def _lost(home: Home, *, accept_loss: bool) -> list[str]:
    """Return what the archive no longer has whole; PipelineError unless that loss is accepted."""
    if not accept_loss:
        require_whole(home, "nothing was rebuilt (to go on without them: `rebuild --accept-loss`)")
    return problems(home) if accept_loss else []


def archived_files(archive: Path, without: Sequence[str] = ()) -> list[Archived]:
    """Return every archived file with its facts, oldest version first.

    Those that `without` names as lost are left out.
    """
    found = []
    # <sha256>.<source>.json; an archived JSON answer is <sha256>.json
    for note in archive.glob("*/*.*.json"):
        facts = json.loads(note.read_text("utf-8"))
        stored = [
            path
            for path in note.parent.glob(f"{facts['sha256']}*")
            if path.name.count(".") < NOTE_DOTS
        ]
        if any(facts["sha256"] in line for line in without):
            continue
        found.append(Archived(stored[0], facts))
    return sorted(found, key=lambda file: int(file.facts["load_seq"]))


def _land(con: duckdb.DuckDBPyConnection, answer: Answer, file: Archived, zone: str) -> None:
    facts: dict[str, Any] = dict(file.facts)
    facts |= {name: datetime.fromisoformat(facts[name]) for name in _TIMES}
    facts["known_on"] = date.fromisoformat(facts["known_on"])
    if isinstance(answer, Unavailable):
        raise PipelineError(f"{file.path} cannot be read from the disk: {answer}") from answer
    if isinstance(answer, Unreadable):
        raise PipelineError(
            f"{facts['original_name']} ({file.path}) no longer reads: {answer.reason_en}"
        ) from answer
    groups: dict[Table, list[Incoming]] = defaultdict(list)
    for block in answer.blocks:
        incoming = Incoming(
            facts["source"], facts["sha256"], facts["load_seq"], block.declaration, block
        )
        groups[block.declaration].append(incoming)
    today = max(
        facts["ingested_at"].astimezone(ZoneInfo(zone)).date(), day_of(facts["run_id"], zone)
    )
    for blocks in groups.values():
        land(con, blocks, facts["run_id"], today)
    keep_broken_rows(con, facts["sha256"], answer, facts["run_id"])
    insert_rows(con, "ops.file", [{**facts, "status": "loaded", "reason": None}])


def _keep_history(con: duckdb.DuckDBPyConnection, warehouse: Path) -> list[str]:
    """Carry over what cannot be learnt from the archive.

    Return what to say when a broken warehouse has none to give.
    """
    import duckdb

    if not warehouse.exists():
        return []
    try:
        con.execute(f"attach {sql_literal(str(warehouse))} as old (read_only)")
        with transaction(con):
            _copy_history(con)
        con.execute("detach old")
    except duckdb.Error as error:
        return [
            (
                "without the history of runs: the old warehouse cannot be read "
                f"({str(error).splitlines()[0]})"
            )
        ]
    return []


def _copy_history(con: duckdb.DuckDBPyConnection) -> None:
    for name in _KEPT:
        if con.execute(
            "select 1 from duckdb_tables() where database_name = 'old' and table_name = ?", [name]
        ).fetchone():
            con.execute(f"insert into ops.{name} by name select * from old.ops.{name}")
    con.execute("insert into ops.file by name select * from old.ops.file where load_seq is null")
    if con.execute(
        "select 1 from duckdb_tables() where database_name = 'old' and schema_name = 'raw' "
        "and table_name = 'decision'"
    ).fetchone():
        con.execute("create table raw.decision as from old.raw.decision")
