"""`<home>/desk/desk.sqlite`: sessions, uploads, and how much each person handed in today.

Nothing in it is needed for any figure.
"""

from __future__ import annotations

import sqlite3
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_TABLES = """
create table if not exists session (token text primary key, user text, stamp text, csrf text, began integer);
create table if not exists upload (
    id integer primary key, sha256 text, owner text, unit text, name text, size integer, at text,
    receipt text, state text, source text, path text, submitted_at text, seen integer default 0,
    detail text, unique (sha256, owner)
);
create index if not exists upload_by_unit on upload (unit, at);
create index if not exists upload_by_owner on upload (owner, at);
create index if not exists upload_by_state on upload (state, at);
create index if not exists upload_by_time on upload (at, id);
create table if not exists day_count (user text primary key, day text, files integer, size integer);
"""


class Store:
    """One connection, used by one thread at a time."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / "desk.sqlite"
        path.touch(mode=0o600)
        self._lock = Lock()
        self._con = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=10)
        self._con.row_factory = sqlite3.Row
        self._con.execute("pragma journal_mode = wal")
        self._con.execute("pragma synchronous = normal")
        self._con.executescript(_TABLES)
        known = {row["name"] for row in self._con.execute("pragma table_info(upload)")}
        if "detail" not in known:  # a desk of an older program
            self._con.execute("alter table upload add column detail text")

    def write(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Run one changing statement; returns how many rows it touched."""
        with self._lock:
            return self._con.execute(statement, values).rowcount

    def all(self, query: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Return a query's rows."""
        with self._lock:
            return [dict(row) for row in self._con.execute(query, values).fetchall()]

    def one(self, query: str, values: Sequence[Any] = ()) -> dict[str, Any] | None:
        """Return a query's first row, or None."""
        rows = self.all(query, values)
        return rows[0] if rows else None

    def close(self) -> None:
        """Close the file."""
        self._con.close()
