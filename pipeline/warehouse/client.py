"""`from pipeline import connect`.

The published warehouse in Python and notebooks, always the newest night.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pipeline.config.checkout import DEFAULT_HOME
from pipeline.config.home import Home
from pipeline.warehouse.publish import open_published

if TYPE_CHECKING:
    from types import TracebackType

    import duckdb
    import pandas as pd


def connect(home: str | Path | None = None) -> Warehouse:
    """Return the warehouse of a home (default: the checkout), read-only.

    Keep it open as long as you like: it never blocks the night, and each query sees the newest
    published night as a whole.

    >>> from pipeline import connect
    >>> warehouse = connect("/srv/publicity")                                         # doctest:
    +SKIP
    >>> warehouse.sql("select date, reads from mart.account_daily where date >= ?", ["2023-06-01"])
    # doctest: +SKIP
    """
    return Warehouse(Home(Path(home or DEFAULT_HOME).resolve()))


class Warehouse:
    """Queries to DataFrames; also a context manager.

    Raises TransientError while no night has been published.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._con: duckdb.DuckDBPyConnection | None = None
        self._night: tuple[int, int] | None = None

    def sql(self, query: str, values: list[Any] | dict[str, Any] | None = None) -> pd.DataFrame:
        """Return a query's rows.

        Whole numbers that may be missing are Int64 and days are datetime64, so nothing turns into 0
        or 1e5.
        """
        frame = self._current().execute(query, values).df()
        nullable = {
            name: "Int64"
            for name, kind in self._kinds()
            if kind in _WHOLE and frame[name].dtype.kind == "f"
        }
        return frame.astype(nullable) if nullable else frame

    def night(self) -> dict[str, Any]:
        """Return which night is being read: run_id, as_of, plan_year and the days of the plan."""
        (row,) = self.sql("select * from ops.context").to_dict("records")
        return {str(name): value for name, value in row.items()}

    def describe(self, table: str) -> pd.DataFrame:
        """Return the columns of a table (mart.article) with type and comment."""
        schema, _, name = table.rpartition(".")
        return self.sql(
            (
                "select column_name, data_type, comment from duckdb_columns() where schema_name "
                "= ? and table_name = ? order by column_index"
            ),
            [schema or "mart", name],
        )

    def tables(self) -> pd.DataFrame:
        """Return the marts with their comments."""
        return self.sql(
            "select schema_name || '.' || table_name as table_name, comment from "
            "duckdb_tables() where schema_name = 'mart' order by 1"
        )

    def close(self) -> None:
        """Close the connection; the next query opens it again."""
        if self._con is not None:
            self._con.close()
            self._con = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _current(self) -> duckdb.DuckDBPyConnection:
        """Return a connection to the newest night.

        The file is replaced by publishing, so another inode or time is another night.
        """
        path = self._home.warehouse
        stat = path.stat() if path.exists() else None
        night = (stat.st_ino, stat.st_mtime_ns) if stat else None
        if self._con is None or night != self._night:
            self.close()
            self._con = open_published(self._home)
            self._night = night
        return self._con

    def _kinds(self) -> list[tuple[str, str]]:
        """Return the last query's column names and types."""
        assert self._con is not None  # noqa: S101 - a query has just run
        return [(column[0], str(column[1])) for column in self._con.description or []]


_WHOLE = frozenset(
    {
        "TINYINT",
        "SMALLINT",
        "INTEGER",
        "BIGINT",
        "UTINYINT",
        "USMALLINT",
        "UINTEGER",
        "UBIGINT",
        "HUGEINT",
    }
)
