"""Held files: they wait in `held/<source>/` beside their reason until a person decides.

The next night loads a file that was released.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.ingest.inbox import scan
from pipeline.warehouse.rows import insert_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from pipeline.config.decisions import Decision
    from pipeline.config.home import Home
    from pipeline.ingest.inbox import InboxFile

NOTE = ".reason.txt"
TAKES_IN = frozenset({"release", "reassign", "edition", "pieces"})
_ABOUT_FILES = TAKES_IN | {"withdraw", "restore"}
Arrival = tuple[str, str]  # sha256 and source


def last_decision(decisions: Sequence[Decision], arrival: Arrival) -> Decision | None:
    """Return the last decision about a file as it came into one folder.

    One without a value is about every folder.
    """
    sha256, source = arrival
    return next(
        (
            one
            for one in reversed(decisions)
            if one.kind in _ABOUT_FILES
            and one.subject == sha256
            and (one.value in (None, source) or one.kind == "reassign" or one.is_open)
        ),
        None,
    )


def takes_in(decision: Decision | None) -> bool:
    """Return whether a decision takes a held file in."""
    return decision is not None and decision.kind in TAKES_IN and not decision.is_open


def held_files(home: Home) -> list[InboxFile]:
    """Return the files in held/, without their reasons."""
    return [file for file in scan(home.held) if not file.path.name.endswith(NOTE)]


def is_released(decisions: Sequence[Decision], file: InboxFile) -> bool:
    """Return whether a person said of this file, as it came into this folder, that it counts."""
    decision = last_decision(decisions, (file.sha256, file.source))
    return takes_in(decision) and decision is not None and decision.kind != "reassign"


def decided_files(home: Home, decisions: Sequence[Decision]) -> list[InboxFile]:
    """Return the held files that a person wants taken in, under the folder that the person named."""
    found = []
    for file in held_files(home):
        decision = last_decision(decisions, (file.sha256, file.source))
        if decision and decision.kind == "reassign":
            found.append(replace(file, source=decision.value or file.source))
        elif takes_in(decision):
            found.append(file)
    return found


def clear_reasons(home: Home) -> None:
    """Delete the reasons of files that are no longer held."""
    for note in home.held.rglob(f"*{NOTE}"):
        if not note.with_name(note.name.removesuffix(NOTE)).exists():
            note.unlink(missing_ok=True)


def forget_held(con: duckdb.DuckDBPyConnection, arrivals: Sequence[Arrival]) -> None:
    """Delete the rows of ops.file that call these files held: they have been taken in."""
    for sha256, source in arrivals:
        con.execute(
            """
            delete from ops.file where load_seq is null and status in ('held', 'withdrawn')
                and sha256 = ? and source = ?
            """,
            [sha256, source],
        )


def note_held(con: duckdb.DuckDBPyConnection, home: Home, run_id: str) -> None:
    """Write the files of held/ that ops.file does not know: a rebuild without the old warehouse."""
    known = set(con.execute("select sha256, source from ops.file").fetchall())
    rows = [
        {
            "sha256": file.sha256, "original_name": file.name, "source": file.source,
            "status": "held", "run_id": run_id,
            "reason": _reason(file), "modified_at": file.modified_at, "size_bytes": file.size,
        }
        for file in held_files(home)
        if (file.sha256, file.source) not in known
    ]  # fmt: skip
    insert_rows(con, "ops.file", rows)


def _reason(file: InboxFile) -> str | None:
    note = file.path.with_name(f"{file.path.name}{NOTE}")
    return note.read_text("utf-8") if note.is_file() else None


def update_status(con: duckdb.DuckDBPyConnection) -> None:
    """Bring ops.file.status up to date with the decisions that the models used."""
    con.execute(
        """
        update ops.file as f set
            status = case when d.kind = 'withdraw' then 'withdrawn'
                when f.load_seq is null then 'held' else 'loaded' end,
            reason = case when f.load_seq is null then f.reason
                when d.kind = 'withdraw' then concat('已撤下（', d.decided_by, '）：', d.note) end,
            reason_en = case when f.load_seq is null then f.reason_en
                when d.kind = 'withdraw' then concat('withdrawn by ', d.decided_by, ': ', d.note) end
        from (select o.sha256, o.source, k.kind, k.note, k.decided_by
            from (select distinct sha256, source from ops.file) as o
            left join staging.file_decision as k on k.sha256 = o.sha256 and k.source = o.source) as d
        where f.sha256 = d.sha256 and f.source is not distinct from d.source
            and f.status in ('loaded', 'held', 'withdrawn')
            and (d.kind in ('withdraw', 'restore') or f.status = 'withdrawn')
        """
    )
