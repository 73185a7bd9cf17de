"""Names of runs: the start in UTC.

They sort as the runs happened, also when the clock was set back between two.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    import duckdb

_FORMAT = "%Y%m%dT%H%M%S.%fZ"


def next_run_id(con: duckdb.DuckDBPyConnection, started: datetime) -> str:
    """Return the name of a run that began at `started`.

    Behind the last run's clock it is the microsecond after that run.
    """
    (last,) = con.execute("select max(run_id) from ops.run").fetchone() or (None,)
    moment = _moment(last) if last else None
    return run_id(max(started, moment + timedelta(microseconds=1)) if moment else started)


def run_id(started: datetime) -> str:
    """Return the name of a run when no other is known."""
    return started.astimezone(UTC).strftime(_FORMAT)


def day_of(name: str, zone: str) -> date:
    """Return the day that had come when a run began.

    No clock that is set back makes it an earlier one. date.min when the name has none.
    """
    moment = _moment(name)
    return moment.astimezone(ZoneInfo(zone)).date() if moment else date.min


def _moment(name: str) -> datetime | None:
    try:
        return datetime.strptime(name, _FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None
