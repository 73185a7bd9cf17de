"""Small things the charts share: ticks, labels at the ends of bars, the colour of a status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reports.charts import style

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reports.queries import Rows

_WAN = 10_000
_TONES = {"positive": "正面", "neutral": "中性", "negative": "负面", "waiting": "待核定"}
_STATUS = {
    "met": style.GOOD,
    "on_track": style.ON_TRACK,
    "at_risk": style.RISK,
    "behind": style.ALARM,
}


def number(value: Any) -> float:  # noqa: ANN401 - a SQL number or NULL
    """Return a figure to draw; missing is a gap in the line, never 0."""
    return float("nan") if value is None else float(value)


def status_colour(status: str) -> str:
    """Return the colour of a target's status; grey where nothing is known."""
    return _STATUS.get(status, style.UNKNOWN)


def months(axes: Any) -> None:  # noqa: ANN401 - matplotlib's own types are partial
    """Label a year's date axis with its months."""
    from matplotlib.dates import MonthLocator, num2date
    from matplotlib.ticker import FuncFormatter

    axes.xaxis.set_major_locator(MonthLocator())  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{num2date(value).month}月"))  # type: ignore[no-untyped-call]
    axes.margins(x=0.01)


def count_ticks(axis: Any) -> None:  # noqa: ANN401
    """Write large counts in 万, as their readers say them."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis.set_major_locator(MaxNLocator(5, integer=True))
    axis.set_major_formatter(
        FuncFormatter(
            lambda value, _: f"{value / _WAN:g}万" if abs(value) >= _WAN else f"{value:g}"
        )
    )


def by_week(axes: Any, weeks: Sequence[Any], unit: str) -> None:  # noqa: ANN401
    """Label Mondays as 10.23, at most about nine of them, and the unit.

    Leave room above the bars for the legend.
    """
    step = max(1, len(weeks) // 9)
    axes.set_xticks(range(0, len(weeks), step), [f"{day.month}.{day.day}" for day in weeks[::step]])
    count_ticks(axes.yaxis)
    axes.set_ylabel(unit)
    axes.margins(y=0.2)
    axes.legend(ncols=3, loc="upper left")


def ranked(axes: Any, names: Sequence[str], values: Sequence[float], labels: Sequence[str]) -> None:  # noqa: ANN401
    """Draw bars from the top down, each with its figure at its end and no other axis."""
    places = range(len(values))
    bars = axes.barh(places, values, color=style.ACTUAL, height=0.6)
    axes.set_yticks(places, names)
    axes.invert_yaxis()
    label_ends(axes, bars, labels)
    axes.grid(visible=False)
    axes.set_xticks([])
    axes.figure.set_figheight(0.5 + 0.28 * max(len(values), 4))


def stacked(
    axes: Any,  # noqa: ANN401
    names: Sequence[str],
    parts: Mapping[str, Sequence[float]],
    colours: Sequence[str],
) -> None:
    """Draw columns stacked from the named parts, with a legend."""
    below = [0.0] * len(names)
    for (label, values), colour in zip(parts.items(), colours, strict=True):
        edge = {"edgecolor": style.MUTED, "linewidth": 0.6} if colour == "white" else {}
        axes.bar(names, values, bottom=below, color=colour, width=0.6, label=label, **edge)
        below = [low + value for low, value in zip(below, values, strict=True)]
    count_ticks(axes.yaxis)
    axes.margins(y=0.2)
    axes.legend(ncols=4, loc="upper right")


def by_tone(axes: Any, rows: Rows) -> None:  # noqa: ANN401
    """Draw a column for each row's `name`, stacked from its mentions of each tone."""
    names = [style.drawable(row["name"], 8) for row in rows]
    parts = {word: [row[tone] for row in rows] for tone, word in _TONES.items()}
    stacked(axes, names, parts, (style.ACTUAL, style.LAST_YEAR, style.ALARM, "white"))


def label_ends(axes: Any, bars: Any, labels: Sequence[str]) -> None:  # noqa: ANN401
    """Write each bar's figure behind its end."""
    axes.bar_label(bars, labels=labels, padding=3, fontsize=9)
    axes.margins(x=0.16)
