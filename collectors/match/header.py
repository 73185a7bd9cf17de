"""Find where a declared table's header is in a sheet and which cell serves which column."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from collectors.layout import plain_label
from collectors.match.dress import fits, is_dress, names_of, stem, suffix_of, undressed
from collectors.model import Placed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.layout import Column, Layout, Table


@dataclass(frozen=True)
class _Labels:
    """One way to read a header.

    The first data row below it, its labels, and all names in it.
    """

    data_row: int
    labels: list[str]
    names: frozenset[str]


class Head:
    """The rows of a sheet that may hold a header, each read both ways once, for all tables of all layouts."""

    def __init__(self, rows: list[list[str]]) -> None:
        self.rows = rows
        self._readings: dict[int, list[_Labels]] = {}

    def readings(self, number: int) -> list[_Labels]:
        """Return the ways to read one row as a header."""
        if number not in self._readings:
            self._readings[number] = [
                _Labels(data_row, labels, _names(labels))
                for data_row, labels in _header_variants(self.rows, number)
            ]
        return self._readings[number]


def _names(labels: list[str]) -> frozenset[str]:
    """Return all names in a header, as they are written and without their dress."""
    bases = {base for label in labels if label for base in undressed(label).bases}
    return frozenset(
        [*labels, *(label.rpartition("/")[2] for label in labels), *bases, *map(stem, bases)]
    )


@dataclass(frozen=True)
class Miss:
    """The nearest a table came: header row and the labels that are not there."""

    layout: Layout
    row: int
    found: int
    missing: tuple[str, ...]
    strange: tuple[str, ...] = ()


def match_layout(head: Head, layout: Layout, misses: list[Miss]) -> list[Placed]:
    """Return all placed tables, or nothing when a table that must be there is not."""
    placed: list[Placed] = []
    for table in layout.tables:
        found = (
            list(_place_sections(head.rows, table))
            if table.sections
            else _place_table(head, layout, table, misses)
        )
        if not found and not table.optional:
            return []
        placed += found
    return apart(placed)


def apart(placed: list[Placed]) -> list[Placed]:
    """Take out of each table's span the cells that its neighbours in the same header row use."""
    return [
        replace(
            place,
            span=tuple(
                index for index in place.span if index in place.cells.values() or index not in taken
            ),
        )
        for place in placed
        for taken in [
            {
                i
                for other in placed
                if other.header_row == place.header_row
                for i in other.cells.values()
            }
        ]
    ]


def _place_table(head: Head, layout: Layout, table: Table, misses: list[Miss]) -> list[Placed]:
    must = table.must_be_labelled
    wanted = [names_of(column.plain_labels) for column in must]
    names = frozenset[str]().union(*wanted)
    best: Placed | None = None
    nearest: Miss | None = None
    for number in range(min(len(head.rows), table.header_within + 1)):
        for reading in head.readings(number):
            if must and nearest and reading.names.isdisjoint(names):
                continue  # it comes no nearer
            absent = [
                column
                for column, labels in zip(must, wanted, strict=True)
                if reading.names.isdisjoint(labels)
            ]
            # most rows have none to look at
            for segment, span in _segments(reading.labels) if not absent else []:
                cells = _assign(table.columns, reading.labels, segment)
                dressed = _assign_dressed(table.columns, reading.labels, segment, cells)
                found_at = cells | {name: index for name, (index, _) in dressed.items()}
                missing = _missing(table, must, found_at)
                suffixes = {name: suffix for name, (_, suffix) in dressed.items() if suffix}
                place = Placed(
                    table, number, reading.data_row, found_at, span, None, suffixes, len(dressed)
                )
                if not missing and (best is None or place.rank > best.rank):
                    best = place
                absent = [] if best else missing
            found = len(must) - len(absent)
            if absent and (nearest is None or found > nearest.found):
                labels = tuple(column.labels[0] for column in absent)
                nearest = Miss(layout, number + 1, found, labels, _strange(table, reading.labels))
    if best is None and nearest is not None:
        misses.append(nearest)
    return [best] if best else []


def _strange(table: Table, labels: list[str]) -> tuple[str, ...]:
    """Return the labels that no column of the table claims."""
    claimed = {label for column in table.columns for label in column.plain_labels}
    return tuple(label for label in labels if label and label not in claimed)


def _missing(table: Table, must: tuple[Column, ...], cells: dict[str, int]) -> list[Column]:
    """Return the columns that must be labelled and are not.

    Of two that may replace each other, one is enough.
    """
    pairs = [
        c
        for c in table.columns
        if c.required_unless and not {c.name, c.required_unless} & set(cells)
    ]
    return [column for column in must if column.name not in cells] + pairs


def _header_variants(rows: list[list[str]], number: int) -> Iterator[tuple[int, list[str]]]:
    """Yield (first data row, labels).

    The row itself, and the row joined with the one below as group/name.
    """
    row = rows[number]
    below = rows[number + 1] if number + 1 < len(rows) else []
    if not _is_second_line(row, below):
        yield number + 1, row
    # a title is one cell
    if not any(below) or len([label for label in row if label]) < 2:  # noqa: PLR2004
        return
    yield number + 2, joined(row, below)


def joined(row: list[str], below: list[str]) -> list[str]:
    """Return the labels of a header of two lines as group/name."""
    labels, group = [], ""
    for index in range(max(len(row), len(below))):
        top = row[index] if index < len(row) else ""
        name = below[index] if index < len(below) else ""
        group = top or (group if name else "")
        labels.append(f"{group}/{name}" if name and group else name or top)
    return labels


def _is_second_line(row: list[str], below: list[str]) -> bool:
    """Return whether the row below can only be the second line of a header, and no data.

    It holds nothing but units and remarks, or nothing but names under labels that reach over several columns.
    """
    filled = [index for index, name in enumerate(below) if name]
    labels = [index for index, label in enumerate(row) if label]
    if not filled or len(labels) < 2:  # noqa: PLR2004 - a title is one cell
        return False
    if all(is_dress(below[index]) for index in filled):
        return True
    above = [max((place for place in labels if place <= index), default=-1) for index in filled]
    is_wide = all(above.count(place) > 1 for place in above)
    is_named = not any(below[index][0].isdigit() for index in filled)
    return is_wide and is_named and -1 not in above and len(set(above)) < len(labels)


def _segments(labels: list[str]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Return (cells to match, cells that belong to the match), narrow before wide.

    Blocks are side by side.

    Blocks are parted by an empty header cell, or, where someone deleted it, by the first label that
    comes again.
    """
    runs: list[list[int]] = []
    for index, label in enumerate(labels):
        if not label:
            continue
        if runs and runs[-1][-1] == index - 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    whole = [index for run in runs for index in run]
    pieces = [(tuple(piece), tuple(run)) for run in runs for piece in _until_repeated(run, labels)]
    return [*pieces, *((tuple(run), tuple(run)) for run in [*runs, whole])]


def _until_repeated(run: list[int], labels: list[str]) -> list[list[int]]:
    pieces: list[list[int]] = [[]]
    seen: set[str] = set()
    for index in run:
        if labels[index] in seen:
            pieces.append([])
            seen.clear()
        pieces[-1].append(index)
        seen.add(labels[index])
    return pieces


def _assign(
    columns: tuple[Column, ...], labels: list[str], span: tuple[int, ...]
) -> dict[str, int]:
    """Give each column a cell: canonical labels first, then aliases in order.

    A cell serves one column.
    """
    cells: dict[str, int] = {}
    used: set[int] = set()
    places: dict[str, list[int]] = defaultdict(list)
    for i in span:
        for name in {labels[i], labels[i].rpartition("/")[2]}:
            places[name].append(i)
    for rank in range(max((len(column.labels) for column in columns), default=0)):
        for column in columns:
            if column.name in cells or rank >= len(column.labels):
                continue
            fitting = places.get(column.plain_labels[rank], [])
            free = [i for i in fitting[column.nth - 1 :] if i not in used]
            if free:
                cells[column.name] = free[0]
                used.add(free[0])
    return cells


def _assign_dressed(
    columns: tuple[Column, ...], labels: list[str], span: tuple[int, ...], cells: dict[str, int]
) -> dict[str, tuple[int, str]]:
    """Give each column without a cell the only label that is its own in another dress.

    With it comes the unit of its figures.
    """
    used = set(cells.values())
    bare = [c for c in columns if c.labels and c.name not in cells and c.nth == 1]
    pairs = [
        (column, index)
        for index in span
        if index not in used and labels[index]
        for dress in [undressed(labels[index])]
        for column in bare
        if fits(column, dress)
    ]
    once = [
        (c, i)
        for c, i in pairs
        if [d for d, _ in pairs].count(c) == 1 and [j for _, j in pairs].count(i) == 1
    ]
    return {
        column.name: (index, suffix_of(column, undressed(labels[index]))) for column, index in once
    }


def _place_sections(rows: list[list[str]], table: Table) -> Iterator[Placed]:
    """Yield the table under each of its section titles found in the sheet."""
    for title in map(plain_label, table.sections):
        for number, row in enumerate(rows):
            filled = [index for index, label in enumerate(row) if label]
            if len(filled) != 1 or row[filled[0]] != title:
                continue
            column = filled[0]
            if table.form == "pairs":
                yield Placed(
                    table,
                    number,
                    number + 1,
                    {"label": column, "value": column + 1},
                    (column, column + 1),
                    number,
                )
                break
            below = next(
                (index for index in range(number + 1, len(rows)) if any(rows[index])), number
            )
            span = tuple(index for index, label in enumerate(rows[below]) if label)
            cells = _assign(table.columns, rows[below], span)
            if all(c.name in cells for c in table.columns if c.must_be_labelled):
                yield Placed(table, below, below + 1, cells, span, number)
            break
