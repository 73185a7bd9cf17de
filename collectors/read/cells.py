"""Cells of workbooks as text."""

from __future__ import annotations

import datetime as dt
from typing import Any

EXACT = 2**53  # up to here a double holds every integer; Weibo ids of 16 digits lie below


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
