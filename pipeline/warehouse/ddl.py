"""Create tables with their comments; quote literals; run statements in one transaction."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb


def sql_literal(text: str) -> str:
    """Return `text` as an SQL string literal (DDL takes no parameters)."""
    return "'" + text.replace("'", "''") + "'"


def one_line(comment: object) -> str:
    """Return a comment's Chinese text, whose lines follow one another without a blank."""
    return "".join(line.strip() for line in str(comment).splitlines())


def comment_on(
    con: duckdb.DuckDBPyConnection, table: str, comment: str, columns: dict[str, str]
) -> None:
    """Set the comment of `table` and of each of `columns`."""
    notes = [f"comment on table {table} is {sql_literal(comment)}"]
    notes += [
        f'comment on column {table}."{name}" is {sql_literal(note)}'
        for name, note in columns.items()
    ]
    con.execute(";".join(notes))


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Run many small statements as one transaction; roll back on an error."""
    con.begin()
    try:
        yield
    except BaseException:
        con.rollback()
        raise
    con.commit()


def create_commented(con: duckdb.DuckDBPyConnection, ddl: str) -> None:
    """Run `create table` statements with the comments beside their tables and columns."""
    import sqlglot
    from sqlglot import exp

    for statement in sqlglot.parse(ddl, read="duckdb"):
        if statement is None:
            continue
        columns = list(statement.find_all(exp.ColumnDef))
        table = statement.find(exp.Table).sql(dialect="duckdb", comments=False)
        ensure_table(
            con, table, {column.name: column.kind.sql(dialect="duckdb") for column in columns}
        )
        notes = {column.name: one_line(column.comments[-1]) for column in columns}
        comment_on(con, table, one_line(statement.comments[-1]), notes)


def ensure_table(con: duckdb.DuckDBPyConnection, table: str, columns: dict[str, str]) -> None:
    """Create `table`, or add the columns (name -> type) that an older warehouse lacks."""
    wanted = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    con.execute(f"create table if not exists {table} ({wanted})")
    there = {row[0] for row in con.execute(f"describe {table}").fetchall()}
    for name, kind in columns.items():
        if name not in there:
            con.execute(f'alter table {table} add column "{name}" {kind}')
