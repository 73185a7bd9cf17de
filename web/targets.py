"""The plan's targets as the pages show them.

Figures from mart.target_progress, widths of bars, words. Nothing is computed here but widths.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

from reports.formatting import NOT_KNOWN, STATUSES, plain_name, status_zh
from reports.queries import QUERIES
from reports.targets import Year, bar, measure, pieces_of

if TYPE_CHECKING:
    from web.figures import Figures

    Items = list[dict[str, Any]]

_QUERY = "select * from mart.target_progress order by position"


def targets(figures: Figures) -> Items:
    """Return the targets in the plan's order, with what the bars need."""
    planned = figures.rows(QUERIES["pieces"])
    return [_shown(row, pieces_of(row, planned)) for row in figures.rows(_QUERY)]


def context(figures: Figures) -> dict[str, Any]:
    """Return the day of the figures and how much of the plan's year is gone, in per cent."""
    row = (
        figures.one("select as_of, plan_year, year_start, year_end, plan_as_of from ops.context")
        or {}
    )
    return {**row, "gone_pct": Year.of(row).gone_pct}


def counts(items: Items) -> list[tuple[str, str]]:
    """Return how many targets have each status, good ones first: number and words."""
    found = [(sum(row["status"] == status for row in items), status) for status in STATUSES]
    return [(str(count), f"项{status_zh(status)}") for count, status in found if count]


def pressing(items: Items) -> Items:
    """Return the targets that need something; the mart has the sentence that says what."""
    return [row for row in items if row["status"] in ("behind", "at_risk")]


def _shown(row: dict[str, Any], pieces: list[bool]) -> dict[str, Any]:
    said = measure(row, pieces)
    return {
        **row,
        "short": plain_name(row["name_zh"]),
        "goal": None if row["target"] is None else ceil(row["target"] - 1e-9),
        "width": round(bar(row, pieces), 1),
        "measure": "" if said.endswith(NOT_KNOWN) else said,
    }
