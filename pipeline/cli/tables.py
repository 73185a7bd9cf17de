"""Tables on the terminal: whole heads, Chinese counted as two columns.

A table too wide for the screen turns on its side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.cli.console import cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console, RenderableType

_LEAST = 16  # columns that a long text is given before the table turns
_BLANKS = 2  # columns between two columns without a frame
_FRAME = 3  # columns that a border and blanks take for each column


def table_of(names: Sequence[str], rows: Sequence[Sequence[Any]], width: int) -> RenderableType:
    """Return a query's rows as a table, or one block a row where the heads would not fit."""
    texts = [[cell(value) for value in row] for row in rows]
    if (
        sum(
            _least(name, column) + _FRAME
            for name, column in zip(names, _columns(names, texts), strict=True)
        )
        + 1
        > width
    ):
        return _on_its_side(names, texts)
    return _upright(names, texts)


def compact(
    title: str, names: Sequence[str], rows: Sequence[Sequence[Any]], most: int, width: int
) -> RenderableType:
    """Return a section of few lines: no frame, at most `most` rows, and how many more there are.

    The widest column is cut.
    """
    from rich.table import Table

    more = (
        f"   （另有{len(rows) - most}行 / {len(rows) - most} more: --all）"
        if len(rows) > most
        else ""
    )
    table = Table(
        *names,
        box=None,
        title=f"{title}{more}",
        title_justify="left",
        title_style="bold",
        pad_edge=False,
        header_style="dim",
    )
    shown = [[cell(value).replace("\n", " ") for value in row] for row in rows[:most]]
    widths = [
        _least(name, texts, width)
        for name, texts in zip(names, _columns(names, shown), strict=True)
    ]
    over = sum(widths) + _BLANKS * len(widths) - width
    widest = widths.index(max(widths))
    for place, column in enumerate(table.columns):
        column.no_wrap, column.overflow = True, "ellipsis"
        column.width = (
            widths[place] if place != widest or over <= 0 else max(widths[place] - over, _LEAST)
        )
    for texts in shown:
        table.add_row(*texts)
    return table


def show(console: Console, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a query's rows in the console's width."""
    console.print(table_of(names, rows, console.width))


def _columns(names: Sequence[str], texts: Sequence[Sequence[str]]) -> list[list[str]]:
    return [[row[place] for row in texts] for place in range(len(names))]


def _least(name: str, column: Sequence[str], most: int = _LEAST) -> int:
    """Return the least width of a column: its head whole, its cells whole or, when long, `most`."""
    from rich.cells import cell_len

    longest = max((cell_len(line) for text in column for line in text.split("\n")), default=0)
    return max(cell_len(name), min(longest, most))


def _upright(names: Sequence[str], texts: Sequence[Sequence[str]]) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for name, column in zip(names, _columns(names, texts), strict=True):
        table.add_column(Text(name, no_wrap=True), overflow="fold", min_width=_least(name, column))
    for row in texts:
        table.add_row(*row)
    return table


def _on_its_side(names: Sequence[str], texts: Sequence[Sequence[str]]) -> RenderableType:
    from rich.console import Group
    from rich.table import Table

    blocks: list[RenderableType] = []
    for number, row in enumerate(texts, 1):
        block = Table(
            show_header=False,
            box=None,
            title=f"─── {number} ───",
            title_justify="left",
            pad_edge=False,
        )
        block.add_column(no_wrap=True)
        block.add_column(overflow="fold")
        for name, text in zip(names, row, strict=True):
            block.add_row(name, text)
        blocks.append(block)
    return Group(*blocks) if blocks else Group(" | ".join(names), "0 rows")
