"""The most read articles of the period; reads, or readers where only those exist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reports.charts.axes import ranked
from reports.charts.style import drawable

if TYPE_CHECKING:
    from reports.queries import Rows

title = "本期文章阅读前十"
query = """
    select t.title, t.published_on, coalesce(t.reads, t.readers) as reads, t.reads is null as is_readers
    from mart.article as t
    where t.published_on between $first and $last and coalesce(t.reads, t.readers) is not null
    order by 3 desc, t.published_on, t.title limit 10"""


def draw(axes: Any, rows: Rows) -> None:  # noqa: ANN401 - matplotlib's own types are partial
    """Draw a bar an article."""
    names = [
        f"{row['published_on'].month}.{row['published_on'].day} {drawable(row['title'], 20)}"
        for row in rows
    ]
    labels = [f"{row['reads']:,}{'人' if row['is_readers'] else ''}" for row in rows]
    ranked(axes, names, [row["reads"] for row in rows], labels)
