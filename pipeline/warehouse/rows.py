"""Rows made in Python into a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    import duckdb


def insert_rows(con: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]]) -> None:
    """Insert rows by column name, in one go (`executemany` is 900 times slower than a frame)."""
    if not rows:
        return
    con.execute("select 1").fetchall()  # a result left half read (fetchone) blocks register
    con.register("rows_arrow", pa.Table.from_pylist(rows))
    con.execute(f"insert into {table} by name select * from rows_arrow")
    con.unregister("rows_arrow")
