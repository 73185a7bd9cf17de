"""Cells of workbooks as text."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

EXACT = 2**53  # up to here a double holds every integer; Weibo ids of 16 digits lie below

DAY_LIKE = r"^([1-9]|1[0-2])\.[123]$|^20[0-9]{2}\.1$"
_DAY_LIKE = re.compile(DAY_LIKE)


def is_day_like(value: Any) -> bool:  # noqa: ANN401 - whatever calamine gives
    """Return whether a number may be a day typed as 6.10 (the tenth) and is held as 6.1 (the first).

    2023.1 may be October, typed as 2023.10.
    """
    return isinstance(value, float) and bool(_DAY_LIKE.match(repr(value)))


def column_number(letters: str) -> int:
    """Return the number of a column, A = 1."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def address(row: int, column: int) -> str:
    """Return a cell's name as Excel shows it, both counted from 0: C12."""
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def cell_text(value: Any) -> str | None:  # noqa: ANN401 - whatever calamine gives
    """Return a cell as text: integers without .0, dates as YYYY-MM-DD[ HH:MM:SS], empty as None."""
    if isinstance(value, str):
        return value or None
    if value is None:
        return None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) <= EXACT else repr(value)
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return _hours(value) if isinstance(value, dt.timedelta) else str(value)


def _hours(value: dt.timedelta) -> str:
    """Return [h]:mm:ss as Excel shows it; Python would write "1 day, 2:00:00"."""
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
