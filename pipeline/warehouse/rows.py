"""Rows made in Python into a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb


def insert_rows(con: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]]) -> None:
    """Insert rows by column name, in one go: a list a column (`executemany` is 900 times slower)."""
    if not rows:
        return
    names = list(rows[0])
    lists = ", ".join("unnest(?)" for _ in names)
    con.execute(
        f"insert into {table} ({', '.join(names)}) select {lists}",
        [[row[name] for row in rows] for name in names],
    )
