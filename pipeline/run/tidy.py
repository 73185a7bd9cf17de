"""Move the night's files out of the inbox, once it is published."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pipeline.base.errors import one_line
from pipeline.ingest import archive
from pipeline.ingest.files.outcomes import facts
from pipeline.ingest.held import clear_reasons
from pipeline.warehouse import publish
from pipeline.warehouse.rows import fetch_dicts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.config.home import Home
    from pipeline.ingest.files.outcomes import FileOutcome
    from pipeline.run.run_config import NightResult, RunConfig

log = logging.getLogger(__name__)


def empty_inbox(job: RunConfig, result: NightResult, step: Callable[[str], None]) -> None:
    """Empty the inbox: only now, with the night published, do files leave it.

    What the disk does not take stays there and is named; the next night knows its bytes, lands
    nothing twice and archives it.
    """
    step("archive")
    try:
        result.not_archived = archive.carry_out(_moves(job, result), job.home.root)
        clear_reasons(job.home)
    except OSError as error:
        result.not_archived.append(one_line(error))
    if result.not_archived:
        log.error(
            "published, but not all files could be archived", extra={"files": result.not_archived}
        )
        result.exit_code = 3
        result.message += (
            f"; left in the inbox, the archive's disk refused: {len(result.not_archived)}"
        )


def _moves(job: RunConfig, result: NightResult) -> list[archive.Move]:
    """Return where each file of this night is moved."""
    moves: list[archive.Move] = []
    taken: set[Path] = set()
    held: dict[tuple[str, str], archive.Move] = {}
    first = _facts_of_first(job.home, [one for one in result.outcomes if one.status == "duplicate"])
    for outcome in result.outcomes:
        if outcome.status == "quarantined":
            moves.append(
                archive.to_quarantine(outcome.file, job.home.quarantine, _reason(outcome), taken)
            )
            taken |= {moves[-1].target, moves[-1].note}
        elif outcome.status == "held":
            key = outcome.file.sha256, outcome.file.source
            if key not in held:
                held[key] = archive.to_held(outcome.file, job.home.held, _reason(outcome), taken)
            moves.append(replace(held[key], file=outcome.file))
            taken |= {moves[-1].target, moves[-1].note}
        elif outcome.status in ("loaded", "duplicate"):
            key = outcome.file.sha256, outcome.file.source
            known = (
                facts(outcome, result.run_id, job.as_of) if outcome.load_seq else first.get(key, {})
            )
            moves.append(archive.to_archive(outcome.file, job.home.archive, known))
    return moves


def _facts_of_first(
    home: Home, outcomes: list[FileOutcome]
) -> dict[tuple[str, str], dict[str, Any]]:
    """Return what is noted of the same bytes' first arrival.

    A night that died while tidying left no note beside them.
    """
    if not outcomes:
        return {}
    with publish.open_published(home) as con:
        rows = fetch_dicts(
            con,
            "select * from ops.file where load_seq is not null and sha256 in (select unnest(?))",
            [[outcome.file.sha256 for outcome in outcomes]],
        )
    return {(row["sha256"], row["source"]): row for row in reversed(rows)}


def _reason(outcome: FileOutcome) -> str:
    return (
        f"{outcome.file.name}（inbox/{outcome.file.source}）\n\n{outcome.reason}\n"
        f"{outcome.reason_en}\n\nsha256: {outcome.file.sha256}\n"
    )
