"""The growth chart of the board as SVG text.

Drawn twice, wide for the desk and narrow for phone and paper; CSS chooses.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from reports.formatting import day_zh, number, rounded_up

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

_WAN = 10_000
_STEPS = (1, 2, 5, 10)
_MOST_TICKS = 6
_APART = 36  # px between two labels at the lines' ends


@dataclass(frozen=True)
class Series:
    """One target's days: None is a day that is not known and breaks the line."""

    days: Sequence[date]
    actual: Sequence[float | None]
    pace: Sequence[float | None]
    forecast: Sequence[float | None]
    low: Sequence[float | None]
    high: Sequence[float | None]
    target: float | None
    starts_at_zero: bool = True

    @property
    def last(self) -> int | None:
        """The place of the last known day."""
        return max((i for i, value in enumerate(self.actual) if value is not None), default=None)


@dataclass(frozen=True)
class Frame:
    """A drawing's size and its scale: x by day, y from `lo` to `hi`."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    count: int
    lo: float
    hi: float
    step: float

    def x(self, place: float) -> float:
        """Return the x of a day."""
        return self.left + place * (self.width - self.left - self.right) / max(self.count - 1, 1)

    def y(self, value: float) -> float:
        """Return the y of a value."""
        return self.top + (1 - (value - self.lo) / (self.hi - self.lo)) * (
            self.height - self.top - self.bottom
        )


def axis(values: Sequence[float], *, from_zero: bool) -> tuple[float, float, float]:
    """Return low, high and step of an axis.

    Steps of 1, 2 or 5 times a power of ten, at most six of them.
    """
    high, low = max(values), 0.0 if from_zero else min(values)
    span = (high - low) or max(abs(high), 1.0)
    power = 10.0 ** math.floor(math.log10(span / _MOST_TICKS))
    step = next(power * one for one in _STEPS if span / (power * one) <= _MOST_TICKS)
    return math.floor(low / step) * step, math.ceil(high / step - 1e-9) * step, step


def drawings(series: Series) -> str:
    """Return both drawings of a chart, '' when there is nothing to draw."""
    lines = (series.actual, series.pace, series.forecast, series.low, series.high, [series.target])
    known = [value for line in lines for value in line if value is not None]
    if series.last is None or not known:
        return ""
    lo, hi, step = axis(known, from_zero=series.starts_at_zero)
    wide = Frame(1120, 340, 58, 168, 20, 30, len(series.days), lo, hi, step)
    narrow = Frame(358, 248, 42, 12, 30, 26, len(series.days), lo, hi, step)
    return _drawing("wid", wide, series) + _drawing("nar", narrow, series)


def _drawing(name: str, frame: Frame, series: Series) -> str:
    is_wide = name == "wid"
    size = (
        f'viewBox="0 0 {frame.width} {frame.height}" data-l="{frame.left}" data-r="{frame.right}"'
    )
    scale = (
        f'data-t="{frame.top}" data-b="{frame.bottom}" data-lo="{frame.lo:g}" '
        f'data-hi="{frame.hi:g}"'
    )
    parts = [
        _grid(frame), _months(frame, series, every=1 if is_wide else 2),
        _band(frame, series.low, series.high),
        f'<path class="pc" d="{path(frame, series.pace, every=5)}"/>',
        f'<path class="fc" d="{path(frame, series.forecast)}"/>',
        f'<path class="ac" d="{path(frame, series.actual)}"/>', _now(frame, series),
        _ends(frame, series) if is_wide else _aim(frame, series),
        (
            f'<g class="cur" visibility="hidden"><line y1="{frame.top}" '
            f'y2="{frame.height - frame.bottom}"/><circle r="4.5"/></g>'
        ),
    ]  # fmt: skip
    return (
        f'<svg class="ch {name}" {size} {scale} aria-hidden="true" '
        f'focusable="false">{"".join(parts)}</svg>'
    )


def tick(value: float) -> str:
    """Return an axis label: 22万, 5,000."""
    return f"{value / _WAN:g}万" if abs(value) >= _WAN else number(value)


def _grid(frame: Frame) -> str:
    marks, value = [], frame.lo
    while value <= frame.hi + frame.step / 2:
        y = frame.y(value)
        marks.append(
            f'<line class="gr" x1="{frame.left}" x2="{frame.width - frame.right}" y1="{y:.1f}" '
            f'y2="{y:.1f}"/>'
        )
        marks.append(
            f'<text class="ax" x="{frame.left - 8}" y="{y + 4.5:.1f}" '
            f'text-anchor="end">{tick(value)}</text>'
        )
        value += frame.step
    return "".join(marks)


def _months(frame: Frame, series: Series, *, every: int) -> str:
    foot, marks = frame.height - frame.bottom, []
    for place, day in enumerate(series.days):
        if day.day == 1 and (day.month - 1) % every == 0:
            x, anchor = frame.x(place), "start" if place == 0 else "middle"
            marks.append(
                f'<text class="ax" x="{x:.1f}" y="{frame.height - 8}" '
                f'text-anchor="{anchor}">{day.month}月</text>'
            )
            marks.append(
                f'<line class="tk" x1="{x:.1f}" x2="{x:.1f}" y1="{foot}" y2="{foot + 4}"/>'
            )
    return "".join(marks)


def path(frame: Frame, values: Sequence[float | None], *, every: int = 1) -> str:
    """Return a line's path; None lifts the pen.

    `every` thins out a smooth line, keeping its last point.
    """
    parts, pen = [], "M"
    for place, value in enumerate(values):
        if value is None:
            pen = "M"
        elif place % every == 0 or place == len(values) - 1:
            parts.append(f"{pen}{frame.x(place):.1f} {frame.y(value):.1f}")
            pen = "L"
    return "".join(parts)


def _band(frame: Frame, low: Sequence[float | None], high: Sequence[float | None]) -> str:
    pairs = [
        (i, a, b)
        for i, (a, b) in enumerate(zip(low, high, strict=True))
        if a is not None and b is not None
    ]
    if len(pairs) < 2:  # noqa: PLR2004 - one point has no area
        return ""
    there = [f"{frame.x(i):.1f},{frame.y(b):.1f}" for i, _, b in pairs]
    back = [f"{frame.x(i):.1f},{frame.y(a):.1f}" for i, a, _ in reversed(pairs)]
    return f'<polygon class="bd" points="{" ".join(there + back)}"/>'


def _now(frame: Frame, series: Series) -> str:
    """Return the line of the last known day with its figure, beside which there is more room."""
    place = series.last or 0
    value = series.actual[place] or 0
    x, y, top = frame.x(place), frame.y(value), frame.top - 6
    is_late = place > len(series.days) / 3
    dx, anchor = (-6, "end") if is_late else (6, "start")
    label = f"{day_zh(series.days[place])} {number(value)}"
    return (
        f'<line class="nw" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" '
        f'y2="{frame.height - frame.bottom}"/>'
        f'<text class="lb" x="{x + dx:.1f}" '
        f'y="{max(frame.top - 6, 14) + (10 if frame.top < 30 else 0)}" '  # noqa: PLR2004
        f'text-anchor="{anchor}">{escape(label)}</text>'
        f'<circle class="dt" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>'
    )


def _ends(frame: Frame, series: Series) -> str:
    """Return the labels at the lines' ends, moved apart."""
    x = frame.width - frame.right + 10
    forecast, low, high = series.forecast[-1], series.low[-1], series.high[-1]
    labels: list[tuple[float, str, str, str]] = []
    if series.target is not None:
        labels.append((frame.y(series.target), "lb", f"目标 {rounded_up(series.target)}", ""))
    if forecast is not None:
        span = "" if low is None or high is None else f"{number(low)}–{number(high)}"
        labels.append((frame.y(forecast), "lb f", f"预测 {number(forecast)}", span))
    labels.sort()
    if len(labels) == 2 and labels[1][0] - labels[0][0] < _APART:  # noqa: PLR2004
        middle = (labels[0][0] + labels[1][0]) / 2
        labels = [
            (middle + side * _APART / 2, *label[1:])
            for side, label in zip((-1, 1), labels, strict=True)
        ]
    parts = []
    for y, style, text, small in labels:
        more = f'<tspan class="s" x="{x}" dy="17">{small}</tspan>' if small else ""
        parts.append(f'<text class="{style}" x="{x}" y="{y + 5:.1f}">{text}{more}</text>')
    return "".join(parts)


def _aim(frame: Frame, series: Series) -> str:
    """Return the narrow drawing's ring at the target."""
    if series.target is None:
        return ""
    return (
        f'<circle class="tgt" cx="{frame.x(frame.count - 1):.1f}" '
        f'cy="{frame.y(series.target):.1f}" r="3.5"/>'
    )
