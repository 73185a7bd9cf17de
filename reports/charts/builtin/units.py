"""Positive reports by unit, in the league's order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reports.charts.axes import ranked
from reports.charts.style import drawable

if TYPE_CHECKING:
    from reports.queries import Rows

title = "各单位今年正面报道（篇次）"
query = """
    select unit, positive_reports from mart.unit_league where positive_reports > 0
    order by positive_reports_rank, activities_rank, unit limit 22"""


def draw(axes: Any, rows: Rows) -> None:  # noqa: ANN401 - matplotlib's own types are partial
    """Draw a bar a unit."""
    counts = [row["positive_reports"] for row in rows]
    ranked(
        axes,
        [drawable(row["unit"], 10) for row in rows],
        counts,
        [f"{count:,}" for count in counts],
    )
