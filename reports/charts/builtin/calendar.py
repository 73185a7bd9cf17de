"""The plan's projects over the year.

Evidence received, past the planned time, still to come, and today.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reports.charts import style
from reports.charts.axes import months

if TYPE_CHECKING:
    from reports.queries import Rows

title = "年度项目日历"
query = """
    select p.name_zh, p.starts_on, p.due_on, p.is_done, p.is_overdue, c.plan_as_of
    from mart.project_progress as p
    cross join ops.context as c where p.starts_on is not null and p.due_on is not null order by p.position"""


def draw(axes: Any, rows: Rows) -> None:  # noqa: ANN401 - matplotlib's own types are partial
    """Draw a bar a project from its first to its last planned day, with its state as a shape at the end."""
    for place, row in enumerate(rows):
        colour = (
            style.GOOD if row["is_done"] else style.ALARM if row["is_overdue"] else style.UNKNOWN
        )
        mark = "√" if row["is_done"] else "◆" if row["is_overdue"] else "○"
        axes.barh(
            place,
            (row["due_on"] - row["starts_on"]).days + 1,
            left=row["starts_on"],
            color=colour,
            height=0.5,
        )
        axes.text(row["due_on"], place, f" {mark}", va="center", fontsize=7, color=colour)
    axes.set_yticks(
        range(len(rows)), [style.drawable(row["name_zh"], 20) for row in rows], fontsize=7
    )
    axes.invert_yaxis()
    axes.axvline(rows[0]["plan_as_of"], color=style.INK, linewidth=0.8)
    months(axes)
    axes.grid(visible=False)
    axes.figure.set_figheight(0.8 + 0.19 * len(rows))
