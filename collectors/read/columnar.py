"""Big sheets by columns of text, so that their ordinary rows need no look at each in Python."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow as pa

    from collectors.model import Grid, Placed, Row

HEAD = 64  # rows kept by rows: header and titles stand there
WORTH_IT = 512  # rows below the head from which columns pay
_IDEOGRAPHS = r"\x{4e00}-\x{9fff}"
# signs outside that range whose NFKC holds one of them: ㈱ ⽉ 樂 … (tests/unit/test_columns.py
# counts them all)
_HIDDEN = (
    r"\x{2e80}-\x{2fdf}"
    r"\x{3038}-\x{303a}"
    r"\x{3192}-\x{319f}\x{3220}-\x{33ff}\x{f900}-\x{faff}\x{1f200}-\x{1f2ff}\x{2f800}-\x{2fa1f}"
)
_SHOWN = rf"[!-~{_IDEOGRAPHS}]"  # a cell with one of these is not blank


def text_table(columns: dict[str, Iterable[str | None]], numbers: Iterable[int]) -> pa.Table:
    """Return `row_number` and the columns of text."""
    import pyarrow as pa

    arrays = {"row_number": pa.array(numbers, pa.int64())}
    arrays |= {name: pa.array(values, pa.string()) for name, values in columns.items()}
    return pa.table(arrays)


def folded(grid: Grid) -> Grid:
    """Turn the rows below the head into columns, where they are many and of one width."""
    import pyarrow as pa

    below = grid.head[HEAD:]
    if grid.body is None and len(below) >= WORTH_IT and len(set(map(len, below))) == 1 and below[0]:
        arrays = [pa.array(column, pa.string()) for column in zip(*below, strict=True)]
        grid.body = pa.table(arrays, [str(number) for number in range(len(arrays))])
        del grid.head[HEAD:]
    return grid


def column_at(body: pa.Table, index: int | None) -> pa.ChunkedArray | pa.Array:
    """Return a column of a body; one that is not there is empty."""
    import pyarrow as pa

    there = index is not None and index < body.num_columns
    return body.column(index) if there else pa.nulls(body.num_rows, pa.string())


def without(table: pa.Table, places: list[int]) -> pa.Table:
    """Leave out rows by their place."""
    import numpy as np
    import pyarrow as pa

    keep = np.ones(table.num_rows, bool)
    keep[places] = False
    return table.filter(pa.array(keep)) if places else table


def odd_rows(
    body: pa.Table, place: Placed, header: Row, words: Sequence[str], notes: Sequence[str] = ()
) -> pa.Array:
    """Return the places of rows that may be blank, a total, a note or the header again.

    All such rows, and a few others.

    The first cell decides (collectors/match/extract.py): it is shown, holds no word of a total, and
    is not the header's. Nor does a word that names the row hold one.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    first = column_at(body, place.span[0])
    usual = pc.and_(_matches(first, _SHOWN), pc.invert(_matches(first, _total_signs(tuple(words)))))
    usual = pc.and_(usual, _matches(column_at(body, min(place.cells.values())), _SHOWN))
    if notes:
        begun = rf"^\s*[{''.join(sorted({note[0] for note in notes}))}＊{_HIDDEN}]"
        usual = pc.and_(usual, pc.invert(_matches(first, begun)))
    for index in place.named_by:
        named = _matches(column_at(body, index), _total_signs(tuple(words)))
        usual = pc.and_(usual, pc.invert(named))
    label = header[place.span[0]] if place.span[0] < len(header) else None
    if label:
        usual = pc.and_(
            usual, pc.fill_null(pc.not_equal(first, pa.scalar(label)), fill_value=False)
        )
    return pc.indices_nonzero(pc.invert(usual))


def _matches(cells: pa.ChunkedArray, pattern: str) -> pa.ChunkedArray:
    import pyarrow.compute as pc

    return pc.fill_null(pc.match_substring_regex(cells, pattern), fill_value=False)


@lru_cache
def _total_signs(words: tuple[str, ...]) -> str:
    """Return a pattern that every spelling of the words matches.

    A word of another script makes every cell suspect.
    """
    last = {word[-1] for word in words}
    return (
        f"[{''.join(sorted(last))}{_HIDDEN}]"
        if all("\u4e00" <= sign <= "\u9fff" for sign in last)
        else ""
    )
