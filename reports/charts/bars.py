"""The charts of lists: works, articles, mentions, units, the calendar of projects. Same contract as reports.charts.growth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.charts import style
from reports.charts.axes import count_ticks, label_ends, months, number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from reports.charts.growth import Draw
    from reports.queries import Rows


def ten_w(data: dict[str, Rows]) -> Figure | None:
    """Draw works above 100,000 reads as they came through the year, named."""
    works = sorted(data["ten_w"], key=lambda row: row["published_on"])[-12:]
    if not works:
        return None
    figure, axes = style.new_chart(
        "10W+ 作品（阅读，次；＋ 为平台封顶，是下限）", height=0.6 + 0.28 * max(len(works), 4)
    )
    names = [f"{row['published_on']:%m-%d} {style.drawable(row['title'], 20)}" for row in works]
    bars = axes.barh(range(len(works)), [number(row["reads"]) for row in works], color=style.ACTUAL, height=0.6)
    axes.set_yticks(range(len(works)), names, fontsize=8)
    label_ends(axes, bars, [f"{row['reads']:,}{'＋' if row['reads_is_capped'] else ''}" for row in works])
    axes.grid(visible=False)
    axes.set_xticks([])
    return figure


def stacked(name: str, key: str, title: str) -> Draw:
    """Return the drawer of mentions stacked by tone for each `key` (level or medium)."""

    def draw(data: dict[str, Rows]) -> Figure | None:
        rows = data[name]
        if not rows:
            return None
        figure, axes = style.new_chart(title)
        groups = list(dict.fromkeys(row[key] for row in rows))[:8]
        colours = {"正面": style.GOOD, "中性": style.PACE, "负面": style.ALARM, "待确认": style.GRID}
        below = dict.fromkeys(groups, 0)
        for tone, colour in colours.items():
            counts = {row[key]: row["mentions"] for row in rows if row["tone"] == tone and row[key] in below}
            heights = [counts.get(group, 0) for group in groups]
            axes.bar(
                [style.drawable(group, 8) for group in groups],
                heights,
                bottom=list(below.values()),
                color=colour,
                width=0.62,
                label=tone,
            )
            below = {group: below[group] + height for group, height in zip(groups, heights, strict=True)}
        count_ticks(axes.yaxis)
        axes.set_ylabel("篇次")
        axes.legend(ncols=4, loc="upper right")
        return figure

    return draw


def units(data: dict[str, Rows]) -> Figure | None:
    """Draw positive reports and activities by unit, in the league's order."""
    rows = [row for row in data["units"] if row["positive_reports"] is not None][:22][::-1]
    if not rows:
        return None
    figure, axes = style.new_chart("各单位正面报道（篇次）", height=0.7 + 0.19 * len(rows))
    bars = axes.barh(
        [style.drawable(row["unit"], 10) for row in rows],
        [row["positive_reports"] for row in rows],
        color=style.ACTUAL,
        height=0.66,
    )
    label_ends(axes, bars, [f"{row['positive_reports']:,}" for row in rows])
    axes.tick_params(axis="y", labelsize=8)
    axes.grid(visible=False)
    axes.set_xticks([])
    return figure


def articles(data: dict[str, Rows]) -> Figure | None:
    """Draw the most read articles of the period; reads, or readers where only those exist."""
    rows = data["articles"][:10][::-1]
    if not rows:
        return None
    figure, axes = style.new_chart("文章阅读前十", height=0.6 + 0.28 * max(len(rows), 4))
    names = [f"{row['published_on']:%m-%d} {style.drawable(row['title'], 22)}" for row in rows]
    reads = [row["reads"] if row["reads"] is not None else row["readers"] for row in rows]
    bars = axes.barh(range(len(rows)), reads, color=style.ACTUAL, height=0.6)
    axes.set_yticks(range(len(rows)), names, fontsize=8)
    labels = [f"{value:,}{'' if row['reads'] is not None else ' 人'}" for value, row in zip(reads, rows, strict=True)]
    label_ends(axes, bars, labels)
    axes.grid(visible=False)
    axes.set_xticks([])
    return figure


def calendar(data: dict[str, Rows]) -> Figure | None:
    """Draw the plan's projects over the year: done, overdue, still to come, and today."""
    rows = [row for row in data["projects"] if row["starts_on"] and row["due_on"]][::-1]
    if not rows:
        return None
    figure, axes = style.new_chart("年度项目日历", height=0.8 + 0.17 * len(rows))
    for place, row in enumerate(rows):
        colour = style.GOOD if row["is_done"] else style.ALARM if row["is_overdue"] else style.FORECAST
        mark = "✓" if row["is_done"] else "逾期" if row["is_overdue"] else ""
        axes.barh(place, (row["due_on"] - row["starts_on"]).days + 1, left=row["starts_on"], color=colour, height=0.6)
        axes.text(row["due_on"], place, f" {mark}", va="center", fontsize=6, color=colour)
    axes.set_yticks(range(len(rows)), [style.drawable(row["name_zh"], 20) for row in rows], fontsize=6)
    axes.axvline(data["context"][0]["plan_as_of"], color=style.INK, linewidth=0.8)
    months(axes)
    axes.grid(visible=False)
    return figure
