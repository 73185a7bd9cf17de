"""The values of one row: its cells, completed by what the sheet says elsewhere.

A unit in the title or header (单位：万) is added to each figure, a clock in its own column to the
day; a cell's hyperlink becomes the row's address. What is ambiguous (is 6.1 the first or the tenth?) is
no value but a problem with its cell and remedy.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from collectors.match.dress import undressed
from collectors.match.rivals import DAYS, agreed
from collectors.model import BrokenRow, cell_at
from collectors.read.cells import address, cell_text

if TYPE_CHECKING:
    from collectors.layout import Column
    from collectors.model import Grid, Placed, Row

_SERIAL = re.compile(r"[2-5]\d{4}(?:\.\d+)?")
_PLAIN_FIGURE = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?")
_DAYS, _CLOCKS = ("日期", "日"), ("时间", "时刻", "点钟", "钟点")
_BARE = {"日期", "时间"}  # of what, no one says: both may be days
_CLOCK = re.compile(
    (
        r"(?:上午|下午|中午|晚上|晚|早上|凌晨|早|傍晚|[ap]m)? "
        r"*(?:[01]?\d|2[0-4])(?:[:点时](?:[0-5]?\d分?|半|整)?)(?::?[0-5]?\d秒?)?(?: *[ap]m)?"
    ),
    re.IGNORECASE,
)  # fmt: skip
_HAS_DAY = re.compile(r"\d{1,4} *[-/.年月] *\d{1,2}|[12]\d{7}|[2-5]\d{4}")
_IS_DAY = re.compile(r"[12]\d{3} *[-/.年]|\d *月|^[2-5]\d{4}(\.\d+)?$|^[12]\d{7}")
_WHOLE_DAY = re.compile(r"([12]\d{3}) *[-/.年] *(\d{1,2}) *[-/.月] *(\d{1,2})")
_MOST = {
    "万": 10_000,
    "千": 100_000,
    "百万": 1_000,
    "千万": 1_000,
    "亿": 100,
}  # 35000 in a column of 万 is no figure of this world
_FRACTION = re.compile(r"0?\.\d+")
_BELOW_ONE = re.compile(r"0?\.\d*[1-9]\d*|1(\.0+)?")
_ABOVE_ONE = r"^ *([2-9]|[1-9]\d|100|[1-9]\d?\.\d*[1-9]\d*)(\.0+)? *$"
_WITH_CLOCK = ("date", "datetime", "posted", "days")
_EXACT = 7  # digits that %g keeps
_LOOKED_AT = 200  # rows that show whether a column holds clocks
_1904 = datetime(1904, 1, 1)  # noqa: DTZ001 - a wall clock


@dataclass(frozen=True)
class RowValues:
    """Reads rows of one placed table.

    `fixed` are values that every row has, `suffixes` the units of a column's figures.
    """

    grid: Grid
    place: Placed
    fixed: dict[str, str | None]
    suffixes: dict[str, str] = field(default_factory=dict)
    # column of a day -> the cell with its clock, or the other way
    clocks: dict[str, int] = field(default_factory=dict)
    # column of a figure -> other cells whose labels are its own, too
    rivals: dict[str, list[int]] = field(default_factory=dict)
    # columns of rates in which some number is no rate
    percents: frozenset[str] = frozenset()
    year: int | None = None  # of the title

    @property
    def needs_rows(self) -> bool:
        """Return whether some column cannot be taken as it is."""
        days = {
            self.place.cells.get(column.name)
            for column in self.place.table.columns
            if column.kind in DAYS
        }
        return bool(
            self.suffixes
            or self.clocks
            or self.rivals
            or self.percents
            or self.grid.is_1904
            or any(column in days for _, column in self.grid.day_like | self.grid.yearless)
        )

    def of(self, row: Row, index: int) -> tuple[Row, list[BrokenRow]]:
        """Return the row's values in the order of the columns, and what in it cannot be known."""
        values: Row = []
        problems: list[BrokenRow] = []
        for column in self.place.table.columns:
            fixed, cell = self.fixed[column.name], self.place.cells.get(column.name)
            text = fixed if fixed is not None else cell_at(row, cell)
            if cell is not None and column.name in self.rivals:
                said = agreed(column, row, index, cell, self.rivals[column.name])
                if said.reason:
                    found = self._problem(column, (index, cell), said.own, said.reason)
                    problems.append(replace(found, is_fatal=column.required and said.text is None))
                text, cell = said.text, said.cell
            if text is not None and cell is not None and fixed is None:
                text, problem = self._value(column, text, (index, cell), row)
                problems += [problem] if problem else []
            values.append(text)
        self._use_link(values, index)
        return values, problems

    def _value(
        self, column: Column, text: str, where: tuple[int, int], row: Row
    ) -> tuple[str | None, BrokenRow | None]:
        if where in self.grid.struck:
            return None, self._problem(column, where, text, _STRUCK)
        if column.kind in DAYS:
            return self._day(column, text, where, row)
        if column.name in self.percents and _BELOW_ONE.fullmatch(text.strip()):
            return None, self._problem(column, where, text, _PERCENT)
        if (suffix := self.suffixes.get(column.name)) and _PLAIN_FIGURE.fullmatch(
            unicodedata.normalize("NFKC", text).strip()
        ):
            figure = float(unicodedata.normalize("NFKC", text).replace(",", ""))
            if abs(figure) >= _MOST.get(suffix, float("inf")):
                return None, self._problem(column, where, text, _TOO_MUCH.format(text, suffix))
            return _with_unit(text.strip(), figure, suffix), None
        return text, None

    def _day(
        self, column: Column, text: str, where: tuple[int, int], row: Row
    ) -> tuple[str | None, BrokenRow | None]:
        """Return a day as it is to be read, with its clock; the problem where nobody can know it."""
        if where in self.grid.day_like:
            return None, self._problem(column, where, text, _DAY_LIKE.format(*_two_days(text)))
        if where in self.grid.yearless and self.year and text[:4] != str(self.year):
            reason = _OTHER_YEAR.format(self.year)
            return None, self._problem(column, where, text, reason)
        if self.grid.is_1904 and _SERIAL.fullmatch(text):
            text = str(
                cell_text(_1904 + timedelta(seconds=round(float(text) * 86_400)))
            ).removesuffix(" 00:00:00")
        return self._with_clock(column, text, where[0], row)

    def _with_clock(
        self, column: Column, text: str, index: int, row: Row
    ) -> tuple[str, BrokenRow | None]:
        """Join a day and its clock, whichever of the two cells is the column's own."""
        place = self.clocks.get(column.name)
        other = cell_at(row, place)
        if place is None or other is None or not other.strip():
            return text, None
        text, other = (_clock_of(part.strip()) for part in (text, other))
        if _CLOCK.fullmatch(other) and _HAS_DAY.search(text) and ":" not in text:
            return f"{text} {other}", None
        if _CLOCK.fullmatch(text) and _HAS_DAY.search(other) and ":" not in other:
            return (other if column.kind == "date" else f"{other} {text}"), None
        days = [found.groups() for part in (text, other) if (found := _WHOLE_DAY.search(part))]
        if len(days) == len((text, other)) and len({tuple(map(int, day)) for day in days}) > 1:
            reason = _OTHER_DAY.format(f"{address(index, place)}“{other}”")
            return text, self._problem(column, (index, self.place.cells[column.name]), text, reason)
        if _IS_DAY.search(other) or ":" in text or column.kind == "date":
            return text, None
        problem = self._problem(column, (index, place), other, _NO_CLOCK)
        return text, replace(problem, is_fatal=False)

    def _problem(
        self, column: Column, where: tuple[int, int], value: str, reason: str
    ) -> BrokenRow:
        label = column.labels[0] if column.labels else column.name
        return BrokenRow(
            self.grid.sheet,
            where[0] + 1,
            label,
            value,
            f"{address(*where)}“{value}”{reason}",
            column.required,
        )

    def _use_link(self, values: Row, index: int) -> None:
        """Fill the row's address with a link, where it shows none itself.

        The link is the one behind its cell, or the only one behind any cell.
        """
        links = self.grid.links.get(index)
        if not links:
            return
        for number, column in enumerate(self.place.table.columns):
            if column.kind == "url" and "http" not in (values[number] or ""):
                own = links.get(self.place.cells.get(column.name, -1))
                only = set(links.values())
                values[number] = own or (only.pop() if len(only) == 1 else values[number])
                return


def _with_unit(text: str, figure: float, suffix: str) -> str:
    """Return a figure with its unit; 百万 and 千万 as so many 万."""
    times = {"百万": 100, "千万": 1000}.get(suffix)
    return f"{figure * times:g}万" if times and len(text) < _EXACT else f"{text}{suffix}"


_OTHER_YEAR = (
    "在表中只显示月日，年份与标题的{}年不同（Excel会自动补当年），分不清是哪一年；请写明年份。"
    "/ shown without its year, which is not the title's: write the year"
)
_PERCENT = (
    "所在的列还有大于1的数，分不清是比率还是百分数；请把这一列都写成带%的样子，如40.5%。/ a "
    "rate or a percentage? write this column with %"
)
_STRUCK = (
    "划了删除线，没有读取；没有作废的请去掉删除线后重新提交，否则请清空该格。"
    "/ crossed out, and not read: take the line off the text if it is valid"
)
_NO_CLOCK = (
    "不是可以识别的时刻，只读取了日期；请只填开始的时刻，如19:00。/ not readable as a clock: write "
    "19:00"
)
_OTHER_DAY = (
    "与{}不是同一天，分不清用哪一个；请只保留正确的一列，或把另一列的表头写明（如导出时间）。"
    "/ two columns of days differ: keep the right one"
)
_DAY_LIKE = (
    "是数字，分不清是{}还是{}；请把这一列设为文本格式，写成2023-06-10的样子。/ a number, day "
    "unclear: write the date as text"
)
_TOO_MUCH = (
    "在标明单位“{1}”的列里过大（{0}{1}）；请核对单位后改正。/ too large for its column's unit: "
    "correct the cell or the unit"
)


def _two_days(text: str) -> tuple[str, str]:
    month, _, day = text.partition(".")
    if len(month) > 2:  # noqa: PLR2004 - a year
        return f"{month}年{day}月", f"{month}年{day}0月"
    return f"{month}月{day}日", f"{month}月{day}0日"


def _clock_of(text: str) -> str:
    """Return a clock that Excel holds as a fraction of the day (0.79) as hours and minutes.

    Other texts as they are.
    """
    if not _FRACTION.fullmatch(text):
        return text
    minutes, seconds = divmod(round(float(text) * 86_400), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"


def clock_columns(
    grid: Grid, place: Placed, header: Row, *, is_ledger: bool = False
) -> dict[str, int]:
    """Return, by column of a moment, the cell of a second column for the same moment.

    直播日期 and 开始时间, 发现日期 and 发现时间.
    """
    used = set(place.cells.values())
    free = {
        index: undressed(str(header[index])).bases[0]
        for index in place.span
        if index < len(header) and header[index] and index not in used
    }
    found: dict[str, int] = {}
    for column in place.table.columns:
        cell = place.cells.get(column.name)
        if column.kind not in _WITH_CLOCK or cell is None or cell >= len(header):
            continue
        label = undressed(str(header[cell])).bases[0]
        partners = [
            i
            for i, other in free.items()
            if other in column.plain_labels or _are_partners(label, other)
        ]
        if len(partners) == 1 and (
            (not is_ledger and {label, free[partners[0]]} == _BARE)
            or any(_holds_clocks(grid, place, index) for index in (cell, partners[0]))
        ):
            found[column.name] = partners[0]
    return found


def percent_columns(grid: Grid, place: Placed, suffixes: dict[str, str]) -> frozenset[str]:
    """Return the columns of rates that hold a number above one: 16.55 beside 0.8 is 0.8 %."""
    import pyarrow.compute as pc

    above = re.compile(_ABOVE_ONE)
    found = set()
    for column in place.table.columns:
        cell = place.cells.get(column.name)
        if column.kind != "rate" or cell is None or column.name in suffixes:
            continue
        rows = grid.head[place.data_row : place.end_row]
        is_above = any(above.match(cell_at(row, cell) or "") for row in rows)
        if not is_above and grid.body is not None and cell < grid.body.num_columns:
            hits = pc.match_substring_regex(grid.body.column(cell), _ABOVE_ONE)
            is_above = bool(pc.any(hits).as_py())
        found |= {column.name} if is_above else set()
    return frozenset(found)


def _holds_clocks(grid: Grid, place: Placed, column: int) -> bool:
    rows = grid.first(min(place.data_row + _LOOKED_AT, grid.height))[place.data_row :]
    return any(_CLOCK.fullmatch(_clock_of((cell_at(row, column) or "").strip())) for row in rows)


def _are_partners(label: str, other: str) -> bool:
    """Return whether one label names a day and the other the clock of the same thing."""
    for one, two in ((label, other), (other, label)):
        first, second = _stem(one, _DAYS), _stem(two, _CLOCKS)
        if (
            first is not None
            and second is not None
            and (first == second or not second or not first)
        ):
            return True
    return False


def _stem(label: str, endings: tuple[str, ...]) -> str | None:
    """Return the label without the first of the endings that it has; None when it has none."""
    return next((label.removesuffix(end) for end in endings if label.endswith(end)), None)
