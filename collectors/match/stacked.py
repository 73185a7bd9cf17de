"""Further tables of one sheet.

Below the first (also the same header again in another order) and beside it.

A row that is made of labels is a header. It begins a table of its own; one that fits no layout is
refused with its row, because the rows
below it would be read under the wrong labels.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from collectors.layout import plain_label
from collectors.match.header import Head, apart, match_layout
from collectors.unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.layout import Layout
    from collectors.model import Grid, Placed, Row

Found = tuple["Layout", list["Placed"]]
_LONGEST = 24  # signs of a label
# What a title says that no row of a table is called: 二、培训, 2023年, 7月, 活动台账, 附件1.
_TITLE = re.compile(
    r"^\s*[（(]?[一二三四五六七八九十\d]{1,2}[)）、.．]\D|(19|20)\d\d年|\d月|季度|台账|附[件表]|单位[:：]"
    r"|(表|清单|名单|情况|统计|汇总|明细)(\s*[（(].*)?\s*$"
)
_LABELS, _SHARE = 3, 0.6  # of a header's cells, at least


def score(placed: list[Placed]) -> int:
    """Return how well a layout fits: exact labels before dressed ones."""
    return sum(place.rank[0] * 1000 + place.rank[1] for place in placed)


def all_tables(grid: Grid, layouts: dict[str, Layout], first: Found) -> list[Found]:
    """Return the first table and all others of the sheet, each with where it ends."""
    if any(place.section_row is not None for place in first[1]):
        return [first]
    found = [first, *_beside(grid, layouts, first)]
    below = _headers_below(grid, layouts, first)
    top = first[1][0].header_row
    for row in below:
        found += _table_at(grid, layouts, row, (min(1, top), _titles_begin(grid, row)))
    ends = sorted(_titles_begin(grid, row) for row in below)
    return [(layout, [_ended(place, ends) for place in placed]) for layout, placed in found]


def topmost(grid: Grid, layouts: dict[str, Layout], best: Found) -> Found:
    """Return the uppermost table of the sheet: the one whose header fits best may be a lower one."""
    for row in range(best[1][0].header_row - 1):
        if _is_header(_plain(grid.first(row + 1)[-1]), _known(layouts)):
            placed = _placed_at(grid, layouts, row)
            if placed:
                return placed
    return best


def _known(layouts: dict[str, Layout]) -> set[str]:
    return {
        label
        for layout in layouts.values()
        for table in layout.tables
        for c in table.columns
        for label in c.plain_labels
    }


def _placed_at(grid: Grid, layouts: dict[str, Layout], row: int) -> Found | None:
    """Return the layout that fits best a header in one given row, with its tables."""
    head = Head([_plain(line) for line in grid.first(min(row + 2, grid.height))[row:]])
    found = [(layout, placed) for layout in layouts.values() if (placed := _at_once(head, layout))]
    if not found:
        return None
    layout, placed = max(found, key=lambda one: score(one[1]))
    return layout, [
        replace(p, header_row=p.header_row + row, data_row=p.data_row + row) for p in placed
    ]


def _ended(place: Placed, ends: list[int]) -> Placed:
    return replace(place, end_row=next((end for end in ends if end >= place.data_row), None))


def _headers_below(grid: Grid, layouts: dict[str, Layout], first: Found) -> list[int]:
    """Return the rows below the first header that are headers, without its exact repetitions."""
    start = max(place.data_row for place in first[1])
    own = [_plain(row) for row in grid.first(start)[-2:]]
    known = _known(layouts) | {label for row in own for label in row if label}
    is_whole = grid.body is None or _may_hold_header(grid, layouts, start)
    rows = grid.rows if is_whole else grid.head
    plain = (
        (index, _plain(rows[index])) for index in range(start, len(rows)) if _is_wordy(rows[index])
    )
    return [
        index
        for index, row in plain
        if _is_header(row, known) and (row not in own or _is_titled(grid, index))
    ]


def _is_wordy(row: Row) -> bool:
    """Tell cheaply whether a row may be a header.

    Three short cells, the first of which is no figure.
    """
    return (
        sum(1 for cell in row if cell and len(cell) <= _LONGEST and not cell[0].isdigit())
        >= _LABELS
    )


def _is_header(row: list[str], known: set[str]) -> bool:
    filled = [label for label in row if label]
    labels = sum(label in known for label in filled)
    return labels >= _LABELS and labels >= _SHARE * len(filled)


def _may_hold_header(grid: Grid, layouts: dict[str, Layout], start: int) -> bool:
    """Return whether some row of the body has three cells that are labels, letter for letter."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    body = grid.body
    if body is None:
        return False
    words = {
        label
        for layout in layouts.values()
        for table in layout.tables
        for c in table.columns
        for label in c.labels
    }
    words |= {cell for cell in grid.first(start)[-1] if cell}
    listed = pa.array(sorted(words), pa.string())
    hits = np.zeros(body.num_rows, np.int64)
    for column in body.columns:
        hits += np.asarray(pc.is_in(column, value_set=listed)).astype(np.int64)
    return bool((hits >= _LABELS).any())


def _table_at(
    grid: Grid, layouts: dict[str, Layout], row: int, titles: tuple[int, int]
) -> list[Found]:
    """Return the tables whose header is one given row; Unreadable when it fits no layout."""
    found = _placed_at(grid, layouts, row)
    if found is None:
        raise Unreadable(
            (
                f"工作表“{grid.sheet}”第{row + 1}行又是一个表头，但不符合任何已知版式，"
                "其下各行无法判断。请把第二个表放到另一张工作表，并核对表头。"
            ),
            f"Row {row + 1} of sheet {grid.sheet} is a second header that fits no layout. "
            "Put that table on a sheet of its own.",
        )
    layout, placed = (
        found[0],
        [replace(p, titles=((0, titles[0]), (titles[1], row))) for p in found[1]],
    )
    return [(layout, placed), *_beside(grid, layouts, (layout, placed))]


def _at_once(head: Head, layout: Layout) -> list[Placed]:
    return [place for place in match_layout(head, layout, []) if place.header_row == 0]


def _beside(grid: Grid, layouts: dict[str, Layout], first: Found) -> Iterator[Found]:
    """Yield the tables in the same header row, made of cells that the first does not use."""
    row = first[1][0].header_row
    lines = [_plain(line) for line in grid.first(min(row + 2, grid.height))[row:]]
    used = {index for place in first[1] for index in place.cells.values()}
    while True:
        masked = [
            [("" if index in used else label) for index, label in enumerate(line)] for line in lines
        ]
        if sum(map(bool, masked[0])) < _LABELS:
            return
        head = Head(masked)
        found = [
            (layout, placed) for layout in layouts.values() if (placed := _at_once(head, layout))
        ]
        found = [
            (layout, placed)
            for layout, placed in found
            if max(place.rank[0] for place in placed) >= _LABELS
        ]
        if not found:
            return
        layout, placed = max(found, key=lambda one: score(one[1]))
        moved = [
            replace(
                p,
                header_row=p.header_row + row,
                data_row=p.data_row + row,
                titles=first[1][0].titles,
            )
            for p in placed
        ]
        first[1][:] = apart([*first[1], *moved])[: len(first[1])]
        yield layout, moved
        used |= {index for place in moved for index in place.cells.values()}


def _titles_begin(grid: Grid, row: int) -> int:
    """Return the first of the rows directly above a header that are blank or its titles.

    A lone cell is a title below a blank row, across merged columns or in the words of one. Any
    other is what is left of a row of the table above, and is read as such.
    """
    rows = grid.first(row)
    wide = {first for first, left, _, right in grid.merged if right > left}
    first = row
    for index in range(row - 1, -1, -1):
        filled = [cell for cell in rows[index] if cell and cell.strip()]
        if len(filled) > 1:
            break
        is_below_blank = index > 0 and not any(cell and cell.strip() for cell in rows[index - 1])
        if filled and not (is_below_blank or index in wide or _TITLE.search(filled[0])):
            break
        first = index
    return first


def _is_titled(grid: Grid, row: int) -> bool:
    return any(any(line) for line in grid.first(row)[_titles_begin(grid, row) :])


def _plain(row: Row) -> list[str]:
    return [plain_label(cell) if cell else "" for cell in row]
