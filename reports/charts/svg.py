"""Small line charts as SVG text: no script, no network, readable in print and in light and dark."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT = 640, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 12, 12, 28


@dataclass(frozen=True)
class Line:
    """A series; None breaks the line. `style` is a CSS class of the page (actual, pace, forecast)."""

    label: str
    style: str
    values: Sequence[float | None]


def line_chart(
    title: str,
    labels: Sequence[str],
    lines: Sequence[Line],
    band: tuple[Sequence[float | None], Sequence[float | None]],
) -> str:
    """Return a chart: one x position a label, a shaded band between two series; '' when there is nothing to draw."""
    known = [value for line in lines for value in line.values if value is not None]
    known += [value for side in band for value in side if value is not None]
    if not known or not labels:
        return ""
    floor, high = min(known), max(known)
    low = min(0.0, floor) if floor < high / 2 else floor  # a line far above nought is drawn without its empty half
    scale = _Scale(len(labels), low, high if high > low else low + 1)
    parts = [_axis(scale, labels), _band(scale, *band)]
    parts += [f'<path class="{line.style}" d="{_path(scale, line.values)}"/>' for line in lines]
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}"><title>{escape(title)}</title>'
        + "".join(parts)
        + "</svg>"
    )


@dataclass(frozen=True)
class _Scale:
    count: int
    low: float
    high: float

    def x(self, index: int) -> float:
        return _LEFT + index * (WIDTH - _LEFT - _RIGHT) / max(self.count - 1, 1)

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM)


def _path(scale: _Scale, values: Sequence[float | None]) -> str:
    parts, pen = [], "M"
    for index, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        parts.append(f"{pen}{scale.x(index):.1f} {scale.y(value):.1f}")
        pen = "L"
    return "".join(parts)


def _band(scale: _Scale, low: Sequence[float | None], high: Sequence[float | None]) -> str:
    pairs = [(i, a, b) for i, (a, b) in enumerate(zip(low, high, strict=True)) if a is not None and b is not None]
    if len(pairs) < 2:  # noqa: PLR2004 - one point has no area
        return ""
    there = [f"{scale.x(i):.1f},{scale.y(a):.1f}" for i, a, _ in pairs]
    back = [f"{scale.x(i):.1f},{scale.y(b):.1f}" for i, _, b in reversed(pairs)]
    return f'<polygon class="band" points="{" ".join(there + back)}"/>'


def _axis(scale: _Scale, labels: Sequence[str]) -> str:
    ticks = [scale.low + (scale.high - scale.low) * share for share in (0, 0.5, 1)]
    marks = "".join(
        f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{scale.y(t):.1f}" y2="{scale.y(t):.1f}"/>'
        f'<text class="tick" x="{_LEFT - 6}" y="{scale.y(t) + 4:.1f}" text-anchor="end">{t:,.0f}</text>'
        for t in ticks
    )
    return marks + "".join(
        f'<text class="tick" x="{scale.x(i):.1f}" y="{HEIGHT - 8}" text-anchor="middle">{escape(label)}</text>'
        for i, label in enumerate(labels)
        if label
    )
