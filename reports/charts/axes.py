"""Small things the charts share: ticks, labels at the ends of bars, the colour of a status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reports.charts import style

if TYPE_CHECKING:
    from collections.abc import Sequence

_WAN = 10_000
_WAN = 10_000
_STATUS = {"met": style.GOOD, "on_track": style.ACTUAL, "at_risk": style.LAST_YEAR, "behind": style.ALARM}


def number(value: Any) -> float:  # noqa: ANN401 - a SQL number or NULL
    """Return a figure to draw; missing is a gap in the line, never 0."""
    return float("nan") if value is None else float(value)


def status_colour(status: str) -> str:
    """Return the colour of a target's status; grey where nothing is known."""
    return _STATUS.get(status, style.PACE)


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
        FuncFormatter(lambda value, _: f"{value / _WAN:g}万" if abs(value) >= _WAN else f"{value:g}")
    )


def label_ends(axes: Any, bars: Any, labels: Sequence[str]) -> None:  # noqa: ANN401
    """Write each bar's figure behind its end."""
    axes.bar_label(bars, labels=labels, padding=3, fontsize=8)
    axes.margins(x=0.16)
