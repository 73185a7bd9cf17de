"""Read a file's cells once, for everything that needs them.

The macros that read a cell are long: planning them costs more than running them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.ingest.validate import READERS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    import duckdb

    from collectors.layout import Column, Table

    Days = tuple[date | None, date | None]

FIGURES = frozenset({"count", "net", "number", "rate", "percent", "seconds"})
_DATES = ("date", "datetime", "posted", "month")


@dataclass(frozen=True)
class Values:
    """A landed table's keys, figures and days as values, in a temporary table named `place`."""

    table: Table

    @property
    def place(self) -> str:
        """Name of the temporary table, quoted."""
        return f'"values of {self.table.table}"'

    @property
    def figures(self) -> list[Column]:
        """Columns that hold figures."""
        return [column for column in self.table.columns if column.kind in FIGURES]

    @property
    def date_column(self) -> str | None:
        """Name the column that says of which day a row is.

        Of the key if there is one, else the first of its kind.
        """
        kinds = {column.name: column.kind for column in self.table.columns}
        names = [name for name in (*self.table.key, *kinds) if kinds[name] in _DATES]
        return names[0] if names else None

    @property
    def is_daily(self) -> bool:
        """Return whether the key has a day."""
        return any(
            column.kind == "date" and column.name in self.table.key for column in self.table.columns
        )

    @property
    def key(self) -> str:
        """SQL of a row's key as a list of text."""
        return _as_text(self.table.key)

    def of(self, figures: list[Column]) -> str:
        """Return SQL of a row's figures as a list of text."""
        return f"cast({_as_text(column.name for column in figures)} as varchar[])"

    def select(self, source: str, figures: Iterable[Column], *more: str) -> str:
        """Return SQL that reads key, day and figures from a raw table, and `more` unchanged."""
        kinds = {column.name: column.kind for column in self.table.columns}
        names = dict.fromkeys((*self.table.key, *(column.name for column in figures)))
        read = {name: READERS[kinds[name]].format(f'"{name}"') for name in names}
        day = self.date_column
        if day is None:
            on_day = "cast(null as date)"
        elif kinds[day] == "date" and day in read:
            on_day = f'"{day}"'
        else:
            read["read day"], on_day = f'to_day("{day}", default_year)', '"read day"'
        parts = [*more, *(f'{expression} as "{name}"' for name, expression in read.items())]
        return f"select *, {on_day} as on_day from (select {', '.join(parts)} from {source})"


def read_values(con: duckdb.DuckDBPyConnection, table: Table) -> Values:
    """Read the rows that were landed in raw.<table>."""
    values = Values(table)
    query = values.select(f"raw.{table.table}", values.figures)
    con.execute(f"create temp table {values.place} as {query}")
    return values


def days_of(con: duckdb.DuckDBPyConnection, all_values: Iterable[Values]) -> Days:
    """Return the first and the last day of a file's rows."""
    firsts, lasts = [], []
    for values in all_values:
        query = f"select min(on_day), max(on_day) from {values.place}"
        first, last = con.execute(query).fetchone() or (None, None)
        firsts += [first] if first else []
        lasts += [last] if last else []
    return min(firsts, default=None), max(lasts, default=None)


def _as_text(names: Iterable[str]) -> str:
    parts = (f'cast("{name}" as varchar)' for name in names)
    return f"[{', '.join(parts)}]"
