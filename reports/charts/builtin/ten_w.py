"""The works of the year above 100,000 reads; a capped figure is a lower bound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reports.charts.axes import number, ranked
from reports.charts.style import drawable

if TYPE_CHECKING:
    from reports.queries import Rows

title = "今年“10W+”作品阅读（次；10万+为平台封顶显示）"
query = """
    select t.title, t.published_on, t.reads, t.reads_is_capped from mart.ten_w_article as t
    join ops.context as c on t.published_on between c.year_start and c.plan_as_of
    order by t.reads_is_capped, t.reads desc nulls last, t.published_on, t.title limit 12"""


def draw(axes: Any, rows: Rows) -> None:  # noqa: ANN401 - matplotlib's own types are partial
    """Draw a bar a work."""
    names = [
        (
            f"{row['published_on'].month}.{row['published_on'].day} "
            f"{drawable(row['title'] or '（无标题）', 20)}"
        )
        for row in rows
    ]
    capped = [row["reads_is_capped"] or row["reads"] is None for row in rows]
    values = [100_000 if row["reads"] is None else number(row["reads"]) for row in rows]
    ranked(
        axes,
        names,
        values,
        ["10万+" if cap else f"{value:,.0f}" for cap, value in zip(capped, values, strict=True)],
    )
