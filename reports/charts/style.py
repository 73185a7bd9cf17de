"""The look of every chart: one font that is shipped, one palette, one way to save."""

from __future__ import annotations

import io
import os
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
from cycler import cycler
from matplotlib import font_manager
from matplotlib import pyplot as plt
from matplotlib.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FONT = Path(__file__).resolve().parent.parent / "fonts" / "NotoSansSC-Regular.otf"

# The board's light palette (docs/wording.md): data is never drawn in a status colour, a status
# never without its word.
ACTUAL, PACE, FORECAST, BAND, LAST_YEAR = "#1F5C9E", "#495466", "#1F5C9E", "#CFE0F3", "#A9B7C6"
GOOD, ON_TRACK, RISK, ALARM, UNKNOWN = "#10614E", "#166AC3", "#AB7111", "#A91B15", "#7A848E"
INK, MUTED, GRID = "#1A2330", "#495466", "#DDE2E8"
# none is a status's
SERIES = (ACTUAL, "#7B4FA3", "#2A8C82", LAST_YEAR, "#C2578F", "#5F7186", "#8C6D46", "#3A8FB7")

WIDTH, HEIGHT = 6.0, 2.5  # inches; at 200 dpi twice the 600 px that a mail shows
_BLANK_VARIANCE = 4.0  # of grey values 0–255; an empty white card has 0


class ChartError(Exception):
    """A chart that must not be sent: it is blank, or it would draw boxes instead of characters."""


def use_style() -> None:
    """Register the shipped font and set the style for every figure made afterwards.

    It holds in a night and in a notebook's kernel.
    """
    if "ipykernel" not in sys.modules and "MPLBACKEND" not in os.environ:
        # a night has no screen; a kernel chooses for itself, so that its cells show their figures
        mpl.use("agg")
    font_manager.fontManager.addfont(FONT)
    mpl.rcParams.update(
        {
            "font.family": font_manager.FontProperties(fname=FONT).get_name(),
            "font.size": 10,
            "axes.unicode_minus": False,
            "axes.titlesize": 11,
            "axes.titlelocation": "left",
            "axes.titlepad": 10,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.spines.left": False,
            "axes.edgecolor": GRID,
            "axes.labelcolor": MUTED,
            "axes.grid": True,
            "axes.grid.axis": "y",
            "axes.axisbelow": True,
            "grid.color": GRID,
            "text.color": INK,
            "xtick.color": MUTED,
            "ytick.color": MUTED,
            "xtick.labelsize": 9,
            "date.autoformatter.month": "%y.%m",
            "axes.formatter.limits": (-7, 8),
            "xtick.major.size": 0,
            "ytick.major.size": 0,
            "legend.frameon": False,
            "legend.fontsize": 9,
            "axes.prop_cycle": cycler(color=SERIES),
            "figure.dpi": 100,
            "figure.facecolor": "white",
            "savefig.facecolor": "white",
        }
    )


def new_chart(title: str = "", *, height: float = HEIGHT) -> tuple[Figure, Axes]:
    """Return a figure of the mail's width; the title may be left to the text above it."""
    figure, axes = plt.subplots(figsize=(WIDTH, height), layout="constrained")
    if title:
        axes.set_title(title)
    return figure, axes


def png(figure: Figure) -> bytes:
    """Return the figure as a PNG, 1200 px wide; ChartError when it is blank or lacks glyphs.

    Closes the figure.
    """
    from PIL import Image, ImageStat

    if not any(axes.has_data() for axes in figure.axes):
        raise ChartError(
            "the chart is blank: it was given no figures. Leave it out and say 无数据."
        )
    try:
        require_glyphs(
            text.get_text()
            for text in figure.findobj(Text)
            if isinstance(text, Text) and text.get_visible()
        )
        stream = io.BytesIO()
        figure.savefig(stream, format="png", dpi=200, metadata={"Software": None})
    finally:
        plt.close(figure)
    with Image.open(stream) as image:
        grey = image.convert("L")
        if ImageStat.Stat(grey).var[0] < _BLANK_VARIANCE:
            raise ChartError(
                "the chart is blank: nothing was drawn. Look at the figures it was given."
            )
        small = image.convert("RGB").quantize(64)
    packed = io.BytesIO()
    small.save(packed, format="PNG", optimize=True)
    return packed.getvalue()


def require_glyphs(texts: Iterable[str]) -> None:
    """Raise ChartError for a character the shipped font cannot draw.

    Matplotlib would draw a box and not fail.
    """
    missing = sorted(
        {
            sign
            for text in texts
            for sign in text
            if not sign.isspace() and ord(sign) not in _covered()
        }
    )
    if missing:
        raise ChartError(
            f"the font {FONT.name} has no glyph for {' '.join(missing)}. Pass the text "
            "through drawable()."
        )


def drawable(text: str, longest: int = 24) -> str:
    """Return text for a chart.

    Characters without a glyph (emoji, controls) become 〓, a dollar is no formula, long text is
    cut.
    """
    clean = "".join(
        sign if sign == " " or ord(sign) in _covered() else "〓" for sign in " ".join(text.split())
    )
    clean = clean.replace("$", r"\$")
    return clean if len(clean) <= longest else f"{clean[: longest - 1]}…"


@cache
def _covered() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(FONT, lazy=True) as font:
        return frozenset(font.getBestCmap() or ())
