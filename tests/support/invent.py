"""Invent files of any declared layout, and say beforehand what must become of each row.

Everything comes from the declaration, so a new layout is covered by writing it down. What a row
must become is known by
construction: each row is made as good, bad, an exact copy, or a copy of another's key with other
figures.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from collectors.layout import Column, Layout, Table
from tests.support.containers import Cells

Row = dict[str, str]
FIRST = datetime(2021, 3, 1, 8, 30)
DATED = {"date", "datetime", "days", "posted", "month"}
JUDGED = DATED | {
    "count",
    "net",
    "number",
    "rate",
    "percent",
    "seconds",
    "span",
    "id",
    "bool",
    "url",
}
# what two rows of one record may say differently
ASIDE = {"evidence", "remark", "filled_by", "filled_on", "person"}
UNREADABLE = {"id": "7.24E+18"}  # any other text may be an identifier; this one Excel rounded
TOKENS = (
    "示例",
    '甲,"乙"',
    "a<b>&c",
    "😀评",
    "＝1+1",
    "第一行\n第二行",
    "O'Hara",
    "2023年报告；另见",
)


@dataclass
class Expected:
    """What must become of a file's rows; `kept` holds the rows that land in raw.<table>, as text."""

    loaded: int = 0
    rejected: int = 0
    duplicate: int = 0
    unreadable: int = 0
    kept: dict[str, list[Row]] = field(default_factory=dict)

    def add(
        self,
        table: Table,
        kept: Row | None,
        *,
        rejected: int = 0,
        duplicate: int = 0,
        unreadable: int = 0,
    ) -> None:
        """Count one key's rows."""
        if kept is not None:
            self.kept.setdefault(table.table, []).append(kept)
            self.loaded += 1
        self.rejected += rejected
        self.duplicate += duplicate
        self.unreadable += unreadable


@dataclass
class Invented:
    """A file to be: its sheets, and what must become of it."""

    sheets: dict[str, Cells]
    expected: Expected
    head: int = 0  # rows above the first data row; 0 when the file is a stack of sections

    def halves(self) -> list[dict[str, Cells]]:
        """Return the same rows as two files with the same header, or the whole file when it is a stack."""
        ((name, cells),) = self.sheets.items()
        middle = (self.head + len(cells)) // 2
        cuts = [cells[:middle], [*cells[: self.head], *cells[middle:]]] if self.head else [cells]
        return [{name: cut} for cut in cuts]


def _spoken(moment: datetime) -> str:
    """Return a clock as people say it: 上午9点30分, 下午3点05分."""
    part = "凌晨" if moment.hour < 6 else "上午" if moment.hour < 12 else "下午"
    late = moment.hour >= 18
    hour = moment.hour % 12 if moment.hour > 12 else moment.hour
    return f"{'晚上' if late else part}{hour}点{moment.minute:02}分"


def value(column: Column, number: int, rng: Random) -> str:
    """Return a text that the column's kind can read; different numbers give different values."""
    day = FIRST + timedelta(days=number % 900, minutes=7 * number)
    last = day + timedelta(days=2)
    month = FIRST.year * 12 + number % 24
    choices = {
        "date": [
            f"{day:%Y-%m-%d}", f"{day:%Y/%m/%d}", f"{day.year}年{day.month}月{day.day}日",
            f"{day:%Y%m%d}", f"{day.year}.{day.month}.{day.day}",
            f"{day:%Y-%m-%d}（周{'一二三四五六日'[day.weekday()]}）", f"{day:%Y－%m－%d}",
        ],
        "datetime": [
            f"{day:%Y-%m-%d %H:%M:%S}", f"{day:%Y/%m/%d %H:%M}", f"{day:%Y年%m月%d日 %H:%M:%S}",
            f"{day:%Y/%m/%d %I:%M:%S %p}", f"{day:%Y-%m-%dT%H:%M:%SZ}", f"{day:%Y年%m月%d日}{_spoken(day)}",
        ],
        "days": [
            f"{day:%Y-%m-%d}", f"{day:%Y-%m-%d}至{last:%Y-%m-%d}",
            f"{day:%Y/%m/%d}-{last:%Y/%m/%d}",
            f"{day.year}年{day.month}月{day.day}日～{last.year}年{last.month}月{last.day}日",
        ],
        "posted": [f"{day:%Y-%m-%d %H:%M:%S}", f"{day:%Y/%m/%d %H:%M}", f"{number % 1000}小时前"],
        "month": [
            f"{month // 12}-{month % 12 + 1:02}", f"{month // 12}年{month % 12 + 1}月",
            f"{month // 12}{month % 12 + 1:02}",
        ],
        "count": [str(number), f"{number * 1000:,}", f"{number + 1}.2万", f"{number}千", f"约{number}"],
        "net": [str(number), f"-{number}", f"{-1000 - number:,}"],
        "number": [f"{number}.5", str(number)],
        "rate": [f"{number % 100}.5%", f"0.{number % 1000:03}", "1"],
        "percent": [f"{number % 100}.25", str(number % 101)],
        "seconds": [f"{number}.73秒", f"1:{number % 60:02}:09", str(number), f"{number}分钟"],
        "span": [
            f"{number}分钟", f"{number % 10 + 1}小时{number % 60}分", f"1:{number % 60:02}:09",
            str(3600 + number),
        ],
        "id": [f"71{number:016}1", f"export/UzFf{number}"],
        "bool": ["是", "否", "√", "TRUE", "已采用"],
        "url": [
            f"https://a.example.cn/p/{number}.html?x=1", f"www.example.cn/{number}",
            f"原文：HTTP://a.example.cn/{number}，转载",
        ],
        "text": [f"{rng.choice(TOKENS)}{number}号"],
        "caption": [f"{rng.choice(TOKENS)}{number}号"],
    }  # fmt: skip
    return rng.choice(choices[column.kind])


class Inventor:
    """Makes files of one layout."""

    def __init__(self, layout: Layout, rng: Random, start: int = 0) -> None:
        self.layout, self.rng, self.start = layout, rng, start
        self.expected = Expected()
        self.sheet = rng.choice(["数据", "Sheet1", "New Sheet1"])

    def file(self, *, flaws: bool = True) -> Invented:
        """Invent a file; without flaws every row loads."""
        if any(table.sections for table in self.layout.tables):
            return Invented({self.sheet: self._stacked(flaws)}, self.expected)
        titles, body = self._side_by_side(flaws)
        return Invented({self.sheet: [*titles, *body]}, self.expected, len(titles) + 1)

    def _side_by_side(self, flaws: bool) -> tuple[Cells, Cells]:
        """Return the rows above the header, and header and data."""
        blocks: list[Cells] = []
        above: list[str] = []
        for table in self.layout.tables:
            fixed = {c.name: self.sheet for c in table.columns if c.sheet_name}
            for column in table.columns:
                if column.pattern:
                    above.append(
                        "数据来源概况(2023.01.01-2023.01.31)"
                    )  # the only declared pattern; a new one is added here
                    fixed[column.name] = "2023.01.01-2023.01.31"
            columns = self._columns(table)
            blocks.append(
                [
                    [self.rng.choice(c.labels) for c in columns],
                    *self._rows(table, columns, fixed, flaws),
                ]
            )
        body = [
            [
                cell
                for block in blocks
                for cell in [*(block[i] if i < len(block) else [""] * len(block[0])), ""]
            ][:-1]
            for i in range(max(map(len, blocks)))
        ]
        titles = above or (["一张表"] if self.rng.random() < 0.3 else [])
        return [[title, *[""] * (len(body[0]) - 1)] for title in titles], body

    def _stacked(self, flaws: bool) -> Cells:
        title = "一篇文章的标题"
        cells: Cells = [["标题", title], []]
        for table in self.layout.tables:
            for section in table.sections:
                fixed = {
                    c.name: title if c.cell else section
                    for c in table.columns
                    if c.cell or c.name == "section"
                }
                cells.append([section])
                columns = self._columns(table)
                if table.form == "pairs":
                    columns = [
                        c for name in ("label", "value") for c in table.columns if c.name == name
                    ]
                else:
                    cells.append([self.rng.choice(c.labels) for c in columns])
                cells += [*self._rows(table, columns, fixed, flaws), []]
        width = max(map(len, cells))
        return [[*row, *[""] * (width - len(row))] for row in cells]

    def _columns(self, table: Table) -> list[Column]:
        """Choose the columns that stand in the file, in any order.

        Expected ones, and the key, always.

        Under a section title a row of one cell ends the section, so there every column stands.
        """
        must = [
            c
            for c in table.columns
            if c.labels and (c.must_be_labelled or c.required_unless or c.name in table.key)
        ]
        may = [
            c
            for c in table.columns
            if c.labels and c not in must and (table.sections or self.rng.random() < 0.7)
        ]
        columns = [*must, *may]
        self.rng.shuffle(columns)
        return columns

    def _rows(self, table: Table, columns: list[Column], fixed: Row, flaws: bool) -> Cells:
        """Make some keys and their rows.

        Rows of one key keep their order, because the last one counts.
        """
        groups: list[list[Row]] = []
        for number in range(self.start + 1, self.start + self.rng.randint(4, 9)):
            row = {c.name: value(c, number, self.rng) for c in columns}
            kind = (
                self.rng.choice(["good", "good", "exact", "clash", "fatal", "unreadable"])
                if flaws
                else "good"
            )
            groups.append(getattr(self, f"_{kind}")(table, columns, row, fixed))
        turns = [index for index, rows in enumerate(groups) for _ in rows]
        self.rng.shuffle(turns)
        made = [groups[index].pop(0) for index in turns]
        return [[row[c.name] for c in columns] for row in made]

    def _good(self, table: Table, _: list[Column], row: Row, fixed: Row) -> list[Row]:
        self.expected.add(table, row | fixed)
        return [row]

    def _exact(self, table: Table, _: list[Column], row: Row, fixed: Row) -> list[Row]:
        copies = self.rng.randint(1, 2)
        self.expected.add(table, row | fixed, duplicate=copies)
        return [row] * (copies + 1)

    def _clash(self, table: Table, columns: list[Column], row: Row, fixed: Row) -> list[Row]:
        """Return a row and another of the same key with another figure."""
        free = [
            c
            for c in columns
            if c.name not in table.key and c.kind in ("count", "net", "number", "text")
        ]
        if not free:
            return self._good(table, columns, row, fixed)
        column = self.rng.choice(free)
        other = row | {column.name: value(column, 5000 + self.start, self.rng)}
        if table.repeat == "reject":
            self.expected.add(table, None, rejected=2)
        else:
            # that two rows say different things of one is told once
            told = table.repeat == "keep_last" and column.name not in ASIDE
            self.expected.add(table, other | fixed, duplicate=1, unreadable=int(told))
        return [row, other]

    def _fatal(self, table: Table, columns: list[Column], row: Row, fixed: Row) -> list[Row]:
        """Return a row that cannot be used: a required cell is empty, unreadable, or in the future."""
        needed = [c for c in columns if c.required]
        if not needed:
            return self._good(table, columns, row, fixed)
        column = self.rng.choice(needed)
        wrong = ["", "-", "无"][len(columns) == 1 :]  # a row of nothing is no row
        if column.kind in JUDGED:
            wrong.append(UNREADABLE.get(column.kind, "未定"))
        if column.kind in DATED:
            wrong.append("2099-01-01")
        self.expected.add(table, None, rejected=1)
        return [row | {column.name: self.rng.choice(wrong)}]

    def _unreadable(self, table: Table, columns: list[Column], row: Row, fixed: Row) -> list[Row]:
        """Return a row with a cell that says nothing readable where nothing is required.

        It loads, the cell is told.
        """
        free = [
            c for c in columns if c.kind in JUDGED and not c.required and c.name not in table.key
        ]
        if not free:
            return self._good(table, columns, row, fixed)
        column = self.rng.choice(free)
        bad = row | {column.name: UNREADABLE.get(column.kind, "乱写")}
        self.expected.add(table, bad | fixed, unreadable=1)
        return [bad]
