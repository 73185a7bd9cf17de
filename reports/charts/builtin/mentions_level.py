"""Mentions of the year by level of the medium and tone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reports.charts.axes import by_tone

if TYPE_CHECKING:
    from reports.queries import Rows

title = "今年媒体报道：级别与倾向（篇次）"
query = """
    select media_level as name, positive, neutral, negative, waiting from mart.mention_by_level
    order by mentions desc, name limit 8"""


def draw(axes: Any, rows: Rows) -> None:  # noqa: ANN401 - matplotlib's own types are partial
    """Draw a column a group, stacked by tone."""
    by_tone(axes, rows)
