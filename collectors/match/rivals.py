"""Columns with the same meaning: 参与人数 twice, 参与人数 and 参加人数, 活动日期 and 日期.

Two figures that differ are not read. Of two days, that of the label declared first is read and the
other is reported. Words of the second column fill an empty cell that is required.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from collectors.layout import plain_label
from collectors.match.dress import fits, undressed
from collectors.model import NOTHING, cell_at
from collectors.read.cells import address

if TYPE_CHECKING:
    from collectors.layout import Column
    from collectors.model import Placed, Row

FIGURES = frozenset({"count", "net", "number", "rate", "percent", "seconds", "span"})
DAYS = frozenset({"date", "datetime", "posted", "month", "days"})
_DIFFER = (
    "与{}是同一项而数据不同，都没有读取；请只保留正确的一列后重新提交。/ two columns of one "
    "label differ: keep the right one"
)
_OTHER_DAY = (
    "与{}都是日期而不相同，按{}计；请核对，只保留正确的一列后重新提交。/ two columns of days "
    "differ, one is used: keep the right one"
)
_NO_CLOCK = (
    "不是可以识别的时刻，只读取了日期；请只填开始的时刻，如19:00。/ not readable as a clock: write "
    "19:00"
)
_DAY = re.compile(r"(?:([12]\d{3}) *[-/.年、] *)?(\d{1,2}) *[-/.月、] *(\d{1,2})(?![\d:点时])")
_EIGHT = re.compile(r"([12]\d{3})(\d\d)(\d\d)")
_SERIAL = re.compile(r"([2-5]\d{4})(?:\.\d+)?")


class Agreed(NamedTuple):
    """What the columns of one label say: the text, its cell, the own cell's text, what is wrong."""

    text: str | None
    cell: int
    own: str
    reason: str = ""


def rival_columns(
    place: Placed, labels: Row, taken: set[int], *, is_ledger: bool
) -> dict[str, list[int]]:
    """Return, by column, the cells that bear its label a second time.

    In what people fill in also those of days and of words that must be there; `taken` are clocks.
    """
    used = {*place.cells.values(), *taken}
    free = [
        (index, str(labels[index]))
        for index in place.span
        if index < len(labels) and labels[index] and index not in used
    ]
    found: dict[str, list[int]] = {}
    for index, label in free if place.section_row is None else []:
        dress = undressed(label)
        last = plain_label(label).rpartition("/")[2]
        for column in place.table.columns:
            is_own = last in column.plain_labels or fits(column, dress)
            may = column.kind in FIGURES or (is_ledger and (column.kind in DAYS or column.required))
            if is_own and may and column.name in place.cells:
                found.setdefault(column.name, []).append(index)
    return found


def agreed(column: Column, row: Row, index: int, cell: int, rivals: list[int]) -> Agreed:
    """Return what a row says in the cells of one column."""
    text = cell_at(row, cell)
    own = (text or "").strip()
    others = {i: one for i in rivals if (one := (cell_at(row, i) or "").strip()) not in NOTHING}
    if not others or column.kind in FIGURES:
        differ = {i: one for i, one in others.items() if _plain_figure(one) != _plain_figure(own)}
        return (
            Agreed(None, cell, own, _DIFFER.format(_named(index, differ)))
            if differ
            else Agreed(text, cell, own)
        )
    if column.kind not in DAYS - {"month"}:
        first = next(iter(others))
        return Agreed(others[first], first, own) if own in NOTHING else Agreed(text, cell, own)
    return _same_day(column, text, index, cell, others)


def _same_day(
    column: Column, text: str | None, index: int, cell: int, others: dict[int, str]
) -> Agreed:
    """Return the day of the label declared first; a cell that is no day (14:00-16:00) is ignored."""
    own = (text or "").strip()
    days = {i: one for i, one in others.items() if _parts(one)}
    if not days:
        return Agreed(text, cell, own)
    if not _parts(own):
        first = next(iter(days))
        is_clock = column.kind == "datetime" and own not in NOTHING
        return Agreed(days[first], first, own, _NO_CLOCK if is_clock else "")
    differ = {i: one for i, one in days.items() if not is_same_day(own, one)}
    if differ:
        return Agreed(
            text, cell, own, _OTHER_DAY.format(_named(index, differ), address(index, cell))
        )
    timed = next((i for i, one in days.items() if ":" in one and ":" not in own), cell)
    return Agreed(days.get(timed, text), timed, own)


def is_same_day(one: str, other: str) -> bool:
    """Return whether two cells begin with one day, whatever else they say; a missing year is any."""
    first, second = _parts(one), _parts(other)
    if first is None or second is None:
        return one == other
    return first[1:] == second[1:] and (first[0] == second[0] or not (first[0] and second[0]))


def _parts(text: str) -> tuple[int, int, int] | None:
    plain = unicodedata.normalize("NFKC", text)
    if serial := _SERIAL.fullmatch(plain):
        day = date(1899, 12, 30) + timedelta(days=int(serial[1]))
        return day.year, day.month, day.day
    found = _EIGHT.match(plain) or _DAY.search(plain)
    return (int(found[1] or 0), int(found[2]), int(found[3])) if found else None


def _named(row: int, cells: dict[int, str]) -> str:
    return "、".join(f"{address(row, index)}“{one}”" for index, one in cells.items())


def _plain_figure(text: str) -> str:
    return re.sub(r"[,\s]|\.0+$", "", unicodedata.normalize("NFKC", text))
