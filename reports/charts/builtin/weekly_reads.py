"""Weekly reads of the main account against the comparable days of last year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reports.charts import style
from reports.charts.axes import by_week, number

if TYPE_CHECKING:
    from reports.queries import Rows

title = "每周阅读次数：今年与上年可比日"
query = """
    select w.week_start, w.reads, w.base_reads, w.reads_days from mart.account_weekly as w
    join mart.account as a using (account_id)
    where a.is_main and w.reads is not null and w.week_start between $last - 7 * 26 and $last
    order by w.week_start"""


def draw(axes: Any, rows: Rows) -> None:  # noqa: ANN401 - matplotlib's own types are partial
    """Draw a bar a week, hatched where days are missing, and last year's line."""
    places = range(len(rows))
    bars = axes.bar(
        places, [row["reads"] for row in rows], color=style.ACTUAL, width=0.7, label="今年"
    )
    for bar, row in zip(bars, rows, strict=True):
        if row["reads_days"] < 7:  # noqa: PLR2004 - a whole week
            bar.set(hatch="///", facecolor="white", edgecolor=style.ACTUAL)
    base = [number(row["base_reads"]) for row in rows]
    axes.plot(places, base, color=style.SERIES[1], marker="o", markersize=3, label="上年可比日")
    by_week(axes, [row["week_start"] for row in rows], "次（斜线为当周不满7天）")
