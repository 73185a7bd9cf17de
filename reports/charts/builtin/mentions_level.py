"""Mentions of the year by level of the medium and tone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reports.charts import style
from reports.charts.axes import stacked

if TYPE_CHECKING:
    from reports.queries import Rows

title = "今年媒体报道：级别与倾向（篇次）"
query = """
    select coalesce(m.media_level, '未填') as name, count(*) filter (where m.is_positive_report) as positive,
        count(*) filter (where m.tone = '中性') as neutral, count(*) filter (where m.tone = '负面') as negative,
        count(*) filter (where m.tone is null) as waiting
    from mart.mention as m join ops.context as c on m.published_on between c.year_start and c.plan_as_of
    group by 1 order by count(*) desc, name limit 8"""
_TONES = {"positive": "正面", "neutral": "中性", "negative": "负面", "waiting": "待核定"}


def draw(axes: Any, rows: Rows) -> None:  # noqa: ANN401 - matplotlib's own types are partial
    """Draw a column a group, stacked by tone."""
    names = [style.drawable(row["name"], 8) for row in rows]
    parts = {word: [row[tone] for row in rows] for tone, word in _TONES.items()}
    stacked(axes, names, parts, (style.ACTUAL, style.LAST_YEAR, style.ALARM, "white"))
