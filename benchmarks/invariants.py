"""What must hold after any fault: the published file opens and shows one whole night.

No file of the inbox is lost; a rerun ends like a clean night.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from pathlib import Path

Fingerprint = dict[str, tuple[int, int]]
# they tell of the run itself: when it was, and which one
_OF_THE_RUN = ("ingested_at", "last_ingested_at", "is_new", "run_id")
# a file that waited a night in the inbox comes later, and is otherwise the same
ORDER = ("load_seq", "previous_load_seq", "version", "preference")
_QUERY = "select count(*), coalesce(bit_xor(hash({columns})), 0) from {table}"


def fingerprint(home: Path, *leave_out: str) -> Fingerprint:
    """Return rows and a hash over all cells of every table of raw, staging and mart.

    `leave_out` names columns to leave out. An exception when the file does not open.
    """
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        tables = con.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where schema_name "
            "in ('raw', 'staging', 'mart') order by 1"
        ).fetchall()
        return {table: _of(con, table, (*_OF_THE_RUN, *leave_out)) for (table,) in tables}


def _of(con: duckdb.DuckDBPyConnection, table: str, leave_out: tuple[str, ...]) -> tuple[int, int]:
    names = [
        row[0] for row in con.execute(f"describe {table}").fetchall() if row[0] not in leave_out
    ]
    columns = ", ".join(f'"{name}"' for name in names)
    count, digest = con.execute(_QUERY.format(columns=columns, table=table)).fetchone() or (0, 0)
    return int(count), int(digest)


def contents(*folders: Path) -> set[str]:
    """Return the SHA-256 of every file below the folders."""
    return {
        hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
    }


def lost(home: Path, inbox: set[str]) -> int:
    """Return how many of the files that were dropped are nowhere any more."""
    folders = ("inbox", "archive", "quarantine", "held")
    return len(inbox - contents(*(home / name for name in folders)))


def differences(found: Fingerprint, *wanted: Fingerprint) -> list[str]:
    """Return the tables that are like none of the wanted states (as a whole).

    Empty when one state fits.
    """
    if found in wanted:
        return []
    nearest = max(
        wanted, key=lambda state: sum(found.get(name) == value for name, value in state.items())
    )
    return sorted(name for name in {*found, *nearest} if found.get(name) != nearest.get(name))
