"""Outcomes of the nights' files: ops.file, queried by digest and folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from web.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from web.figures import Figures

_QUERY = """
    select sha256, source, status, reason, rows_loaded, rows_rejected, ingested_at from ops.file
    where sha256 in (select unnest(string_split(?, ','))) order by run_id, load_seq"""


class Arrivals:
    """Reads ops.file; without a warehouse nothing has arrived."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def of(self, digests: Iterable[str]) -> dict[tuple[str, str], dict[str, Any]]:
        """Return the last row of each digest and folder, a real one before a duplicate."""
        wanted = ",".join(sorted(set(digests)))
        if not wanted:
            return {}
        try:
            rows = self._figures.rows(_QUERY, wanted)
        except Refusal:
            return {}
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for row in rows:
            key = (row["sha256"], row["source"])
            if row["status"] != "duplicate" or key not in found:
                found[key] = row
        return found


def loaded_source(
    arrivals: dict[tuple[str, str], dict[str, Any]], sha256: str, sources: Collection[str] | None
) -> str | None:
    """Return a folder under which these bytes count already; of `sources` only, if given."""
    for (digest, source), row in arrivals.items():
        is_one = digest == sha256 and (sources is None or source in sources)
        if is_one and row["status"] == "loaded":
            return source
    return None
