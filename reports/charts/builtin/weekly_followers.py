"""New, lost and net followers of the main account by week."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reports.charts import style
from reports.charts.axes import by_week, number

if TYPE_CHECKING:
    from reports.queries import Rows

title = "每周关注变化：新增、取消、净增"
query = """
    select w.week_start, w.new_followers, w.lost_followers, w.net_followers
    from mart.account_weekly as w join mart.account as a using (account_id)
    where a.is_main and w.net_followers is not null and w.week_start between $last - 7 * 26 and $last
    order by w.week_start"""


def draw(axes: Any, rows: Rows) -> None:  # noqa: ANN401 - matplotlib's own types are partial
    """Draw gains above the line, losses below it, and their sum."""
    places = range(len(rows))
    axes.bar(
        places,
        [number(row["new_followers"]) for row in rows],
        color=style.LAST_YEAR,
        width=0.7,
        label="新增关注",
    )
    axes.bar(
        places,
        [-number(row["lost_followers"]) for row in rows],
        color=style.SERIES[1],
        width=0.7,
        label="取消关注",
    )
    net = [row["net_followers"] for row in rows]
    axes.plot(places, net, color=style.INK, marker="o", markersize=3, linewidth=1, label="净增")
    axes.axhline(0, color=style.MUTED, linewidth=0.8)
    by_week(axes, [row["week_start"] for row in rows], "人")
