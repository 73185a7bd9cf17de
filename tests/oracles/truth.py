"""What a bureau's files say, as plain rows: the input of the oracles. No pipeline code, no SQL."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, wraps
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable

Row = dict[str, Any]
CAPPED = 100_001  # what 10万+ says: more than 100,000
NEW_YEAR = {
    2013: date(2013, 2, 10), 2014: date(2014, 1, 31), 2015: date(2015, 2, 19),
    2016: date(2016, 2, 8), 2017: date(2017, 1, 28),
    2018: date(2018, 2, 16), 2019: date(2019, 2, 5), 2020: date(2020, 1, 25),
    2021: date(2021, 2, 12), 2022: date(2022, 2, 1),
    2023: date(2023, 1, 22), 2024: date(2024, 2, 10), 2025: date(2025, 1, 29),
    2026: date(2026, 2, 17), 2027: date(2027, 2, 6),
    2028: date(2028, 1, 26), 2029: date(2029, 2, 13), 2030: date(2030, 2, 3),
    2031: date(2031, 1, 23),
}  # fmt: skip
DATES = (
    "date",
    "day",
    "published_on",
    "started_on",
    "ended_on",
    "held_on",
    "month",
    "known_on",
    "written_on",
)


@dataclass(frozen=True)
class File:
    """One export: rows of one kind, in the order in which they stand in the file."""

    source: str
    name: str
    exported_on: date
    kind: str
    rows: list[Row]
    modified_on: date | None = None  # where it is not that of the night


@dataclass(frozen=True)
class Account:
    """A registered account."""

    account_id: str
    name: str
    platform: str
    unit: str
    is_main: bool = False


@dataclass(eq=False)  # hashed by identity, so that oracles can remember what they worked out of it
class Truth:
    """Everything that lies in the inbox, and the plan."""

    year: int
    accounts: list[Account]
    plan: dict[str, Any]
    night: date  # as_of of the night that loads the files
    files: list[File] = field(default_factory=list)

    def frame(self, *kinds: str) -> pd.DataFrame:
        """All rows of these kinds with source, layout kind, file and its order (seq).

        A later export has the higher seq.
        """
        rows = [
            {
                **row, "source": file.source, "kind": file.kind, "file": file.name, "seq": seq,
                "line": line,
                "known_on": self.known_on(file), "written_on": self.written_on(file),
            }
            for seq, file in enumerate(self.ordered(), 1)
            if file.kind in kinds
            for line, row in enumerate(file.rows, 2)
        ]  # fmt: skip
        frame = pd.DataFrame(rows)
        for name in DATES:
            if name in frame:
                frame[name] = pd.to_datetime(frame[name])
        return frame

    def ordered(self) -> list[File]:
        """The files as they supersede each other: a later export is newer."""
        return sorted(self.files, key=lambda file: (file.exported_on, file.name))

    def known_on(self, _file: File) -> date:
        """as_of of the night that landed a file: here one night lands all."""
        return self.night

    def written_on(self, file: File) -> date:
        """The last day that a list of works can know of: the file's own, at the latest the night's."""
        return min(self.known_on(file), file.modified_on or date.max)

    def has(self, *kinds: str) -> bool:
        """Whether any file of these kinds has come."""
        return any(file.kind in kinds for file in self.files)

    @property
    def main(self) -> str:
        """The account that the growth targets measure."""
        return next(account.account_id for account in self.accounts if account.is_main)

    @property
    def units(self) -> dict[str, str]:
        """Every name that people write for a unit -> the unit."""
        return {
            name: unit["name"]
            for unit in self.plan["units"]
            for name in (unit["name"], *unit.get("aliases", ()))
        }


@dataclass(frozen=True)
class Asked:
    """The day a warehouse is asked for, and the plan's year."""

    as_of: pd.Timestamp
    year: int

    @classmethod
    def of(cls, as_of: date, year: int) -> Asked:
        """From plain Python."""
        return cls(pd.Timestamp(as_of), year)

    @property
    def start(self) -> pd.Timestamp:
        """1 January of the plan's year."""
        return pd.Timestamp(self.year, 1, 1)

    @property
    def end(self) -> pd.Timestamp:
        """31 December."""
        return pd.Timestamp(self.year, 12, 31)

    @property
    def upto(self) -> pd.Timestamp:
        """The last day of the plan's year that is known."""
        return min(self.as_of, self.end)

    @property
    def days(self) -> pd.DatetimeIndex:
        """The plan's year to `upto`."""
        return pd.date_range(self.start, self.upto)


def comparable(day: pd.Timestamp) -> pd.Timestamp:
    """m(d) of forecasting.md.

    New Year's window by offset, 1-7 October and the last days of a year by date, else the same
    weekday 52 weeks before.
    """
    plain = day.date()
    offset = (plain - NEW_YEAR[plain.year]).days
    if -5 <= offset <= 20:
        return pd.Timestamp(NEW_YEAR[plain.year - 1] + timedelta(days=offset))
    if plain.month == 10 and plain.day <= 7:
        return pd.Timestamp(plain.replace(year=plain.year - 1))
    before = plain - timedelta(days=364)
    return pd.Timestamp(plain.replace(year=plain.year - 1) if before.year == plain.year else before)


def remembered(
    oracle: Callable[[Truth, Asked], pd.DataFrame],
) -> Callable[[Truth, Asked], pd.DataFrame]:
    """Work a table out once for each world and day; every caller gets a copy of its own."""
    known = cache(oracle)

    @wraps(oracle)
    def recalled(truth: Truth, asked: Asked) -> pd.DataFrame:
        return known(truth, asked).copy()

    return recalled


def monday(days: pd.Series) -> pd.Series:
    """The Monday of each day's week."""
    mondays: pd.Series = days - pd.to_timedelta(days.dt.day_of_week, unit="D")
    return mondays


def current(frame: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Each column's newest known value by key.

    A later export's empty cell does not wipe out what an earlier one said.
    """
    ordered = frame.sort_values(["seq", "line"], kind="stable")
    return ordered.groupby(key, as_index=False, dropna=False).last()


def newest(frame: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """The newest whole row by key, empty cells included: how hand-kept ledgers are read."""
    ordered = frame.sort_values(["seq", "line"], kind="stable")
    return ordered.groupby(key, as_index=False, dropna=False).tail(1).reset_index(drop=True)
