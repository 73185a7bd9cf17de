"""Tables that are made from declarations: made again only when the declaration changed."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb


@contextmanager
def made_once(con: duckdb.DuckDBPyConnection, name: str, declaration: str) -> Iterator[bool]:
    """Yield whether the definitions of `name` must be made.

    Note the declaration's digest when the block ends well.
    """
    digest = hashlib.sha256(declaration.encode()).hexdigest()
    is_stale = digest != _noted(con, name)
    yield is_stale
    if is_stale:
        con.execute("create table if not exists ops.definition (name varchar, digest varchar)")
        con.execute("delete from ops.definition where name = ?", [name])
        con.execute("insert into ops.definition values (?, ?)", [name, digest])


def _noted(con: duckdb.DuckDBPyConnection, name: str) -> str | None:
    known = con.execute(
        "select 1 from duckdb_tables() "
        "where database_name = current_database() and schema_name = 'ops' and table_name = "
        "'definition'"
    ).fetchall()
    rows = (
        con.execute("select digest from ops.definition where name = ?", [name]).fetchall()
        if known
        else []
    )
    return str(rows[0][0]) if rows else None
