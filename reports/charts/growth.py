"""The growth chart as a picture for mail and Word: actual, time line, forecast with its band.

The finding is the text above it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reports.charts import style
from reports.charts.axes import number
from reports.charts.svg import axis, tick
from reports.formatting import day_zh, rounded_up
from reports.formatting import number as shown

if TYPE_CHECKING:
    from reports.queries import Rows

_APART = 0.12  # of the axis: the least distance between the two labels at the lines' ends


# matplotlib's own types are partial
def growth(axes: Any, rows: Rows, target: dict[str, Any]) -> None:  # noqa: ANN401
    """Draw one growth target's year."""
    names = ("actual", "pace", "forecast", "forecast_low", "forecast_high")
    column = {name: [number(row[name]) for row in rows] for name in names}
    places = range(len(rows))
    axes.plot(places, column["pace"], color=style.PACE, linestyle=(0, (5, 3)), linewidth=1)
    axes.fill_between(
        places, column["forecast_low"], column["forecast_high"], color=style.BAND, linewidth=0
    )
    axes.plot(
        places, column["forecast"], color=style.FORECAST, linestyle=(0, (1, 1.6)), linewidth=1.6
    )
    axes.plot(places, column["actual"], color=style.ACTUAL, linewidth=2, label="实际")
    low, high = _scale(axes, rows, target)
    _now(axes, rows, high)
    _ends(axes, rows, target, high - low)
    firsts = [
        (i, row["date"].month)
        for i, row in enumerate(rows)
        if row["date"].day == 1 and row["date"].month % 2
    ]
    axes.tick_params(axis="x", pad=8)
    axes.set_xticks([place for place, _ in firsts], [f"{month}月" for _, month in firsts])


def _scale(axes: Any, rows: Rows, target: dict[str, Any]) -> tuple[float, float]:  # noqa: ANN401
    names = ("actual", "pace", "forecast", "forecast_low", "forecast_high")
    known = [row[name] for row in rows for name in names if row[name] is not None]
    low, high, step = axis(
        [*known, target["target"] or 0] if target["target"] else known,
        from_zero=target["kind"] != "stock_growth",
    )
    ticks = [low + step * i for i in range(round((high - low) / step) + 1)]
    axes.set_yticks(ticks, [tick(value) for value in ticks])
    axes.set_ylim(low, high)
    axes.set_xlim(0, (len(rows) - 1) * 1.31)  # room for the labels at the lines' ends
    axes.grid(visible=False)
    axes.hlines(ticks, 0, len(rows) - 1, color=style.GRID, linewidth=0.8, zorder=0)
    axes.spines["bottom"].set_visible(False)
    return low, high


def _now(axes: Any, rows: Rows, high: float) -> None:  # noqa: ANN401
    place = max(i for i, row in enumerate(rows) if row["actual"] is not None)
    value, is_late = rows[place]["actual"], place > len(rows) / 3
    axes.axvline(place, color=style.LAST_YEAR, linewidth=0.8)
    axes.plot(
        [place], [value], marker="o", color=style.ACTUAL, markersize=5, markeredgecolor="white"
    )
    text = f"{day_zh(rows[place]['date'])} {shown(value)}"
    axes.text(
        place + (-5 if is_late else 5),
        high,
        text,
        ha="right" if is_late else "left",
        va="top",
        fontsize=12,
    )


def _ends(axes: Any, rows: Rows, target: dict[str, Any], span: float) -> None:  # noqa: ANN401
    forecast = rows[-1]["forecast"]
    labels = (
        []
        if target["target"] is None
        else [(target["target"], f"目标 {rounded_up(target['target'])}", style.INK)]
    )
    labels += [] if forecast is None else [(forecast, f"预测 {shown(forecast)}", style.FORECAST)]
    labels.sort()
    if len(labels) == 2 and labels[1][0] - labels[0][0] < _APART * span:  # noqa: PLR2004
        middle = (labels[0][0] + labels[1][0]) / 2
        labels = [
            (middle + side * _APART * span / 2, *rest)
            for side, (_, *rest) in zip((-1, 1), labels, strict=True)
        ]
    for y, text, colour in labels:
        axes.text(len(rows) + 3, y, text, va="center", fontsize=12, color=colour, clip_on=False)
