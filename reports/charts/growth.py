"""The charts of the reports. Each takes rows of the marts and returns a figure, or None when there is nothing to draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reports.charts import style
from reports.charts.axes import count_ticks, months, number, status_colour
from reports.formatting import status_zh

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

    from reports.queries import Rows

    Draw = Callable[[dict[str, Rows]], Figure | None]


def growth(target_id: str, title: str, unit: str) -> Draw:
    """Return the drawer of one growth target: actual, pace line, forecast with its band, the plan's annotations."""

    def draw(data: dict[str, Rows]) -> Figure | None:
        days = [row for row in data["daily"] if row["target_id"] == target_id]
        if not any(row["actual"] is not None for row in days):
            return None
        figure, axes = style.new_chart(title)
        dates = [row["date"] for row in days]
        column = {name: [number(row[name]) for row in days] for name in days[0] if name not in ("target_id", "date")}
        axes.plot(dates, column["pace"], color=style.PACE, linestyle="--", linewidth=1, label="进度线")
        axes.fill_between(
            dates,
            column["forecast_low"],
            column["forecast_high"],
            color=style.FORECAST,
            alpha=0.25,
            linewidth=0,
            label="预测常见范围",
        )
        axes.plot(dates, column["forecast"], color=style.FORECAST, linestyle=":", linewidth=1.5, label="预测")
        axes.plot(dates, column["actual"], color=style.ACTUAL, linewidth=2, label="实际")
        for note in data["annotations"]:
            if note["to_on"] >= dates[0] and note["from_on"] <= dates[-1]:
                axes.axvspan(max(note["from_on"], dates[0]), min(note["to_on"], dates[-1]), color=style.GRID, alpha=0.6)
        months(axes)
        count_ticks(axes.yaxis)
        axes.set_ylabel(unit)
        axes.legend(ncols=4, loc="upper left")
        return figure

    return draw


def weekly_reads(data: dict[str, Rows]) -> Figure | None:
    """Draw reads by week against the same comparable days of last year; weeks with missing days are hatched."""
    weeks = [row for row in data["weeks"] if row["reads"] is not None]
    if not weeks:
        return None
    figure, axes = style.new_chart("每周阅读次数：今年与去年可比日")
    places = range(len(weeks))
    bars = axes.bar(places, [row["reads"] for row in weeks], color=style.ACTUAL, width=0.7, label="今年")
    for bar, row in zip(bars, weeks, strict=True):
        if row["reads_days"] < 7:  # noqa: PLR2004 - a whole week
            bar.set(hatch="///", facecolor="white", edgecolor=style.ACTUAL)
    axes.plot(
        places,
        [number(row["base_reads"]) for row in weeks],
        color=style.LAST_YEAR,
        marker="o",
        markersize=3,
        label="去年可比日",
    )
    _by_week(axes, weeks, "次（斜线：当周不满 7 天）")
    return figure


def weekly_followers(data: dict[str, Rows]) -> Figure | None:
    """Draw new, lost and net followers by week."""
    weeks = [row for row in data["weeks"] if row["net_followers"] is not None]
    if not weeks:
        return None
    figure, axes = style.new_chart("每周关注变化：新增、取消、净增")
    places = range(len(weeks))
    axes.bar(places, [number(row["new_followers"]) for row in weeks], color=style.FORECAST, width=0.7, label="新增关注")
    axes.bar(
        places, [-number(row["lost_followers"]) for row in weeks], color=style.LAST_YEAR, width=0.7, label="取消关注"
    )
    axes.plot(
        places,
        [row["net_followers"] for row in weeks],
        color=style.INK,
        marker="o",
        markersize=3,
        linewidth=1,
        label="净增",
    )
    axes.axhline(0, color=style.MUTED, linewidth=0.8)
    _by_week(axes, weeks, "人")
    return figure


def target_bullets(data: dict[str, Rows]) -> Figure | None:
    """Draw progress of all targets in per cent, coloured and worded by status; targets without data say so."""
    targets = data["targets"][::-1]
    if not any(row["progress_pct"] is not None for row in targets):
        return None
    figure, axes = style.new_chart("年度指标进度（%）", height=3.6)
    names = [style.drawable(row["name_zh"]) for row in targets]
    axes.barh(names, [100] * len(targets), color=style.GRID, height=0.62)
    shown = [min(number(row["progress_pct"]), 130) if row["progress_pct"] is not None else 0 for row in targets]
    axes.barh(names, shown, color=[status_colour(row["status"]) for row in targets], height=0.34)
    for place, row in enumerate(targets):
        known = row["progress_pct"]
        text = status_zh(row["status"]) if known is None else f"{known:.1f} %  {status_zh(row['status'])}"
        axes.text(132, place, text, va="center", fontsize=8)
    axes.axvline(100, color=style.MUTED, linewidth=0.8)
    axes.set_xlim(0, 175)
    axes.set_xticks([0, 50, 100])
    axes.grid(visible=False)
    return figure


def _by_week(axes: Any, weeks: Rows, unit: str) -> None:  # noqa: ANN401 - matplotlib's own types are partial
    """Label the weeks, at most about nine of them, and the unit; leave room above the bars for the legend."""
    step = max(1, len(weeks) // 9)
    axes.set_xticks(range(0, len(weeks), step), [row["iso_week"][5:] for row in weeks[::step]])
    count_ticks(axes.yaxis)
    axes.set_ylabel(unit)
    axes.margins(y=0.18)
    axes.legend(ncols=3, loc="upper left")
