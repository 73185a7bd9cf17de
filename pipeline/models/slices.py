"""The SQL of slices.

Which rows belong to touched slices, what is different between two states of a table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.warehouse.ddl import sql_literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb

# how SQL names a table of the warehouse
TABLE_NAME = re.compile(r"\b(?:raw|staging|mart|office|ops)\.[a-z][a-z0-9_]*\b")


@dataclass(frozen=True)
class Delta:
    """Rows of a table that changed in this run.

    None, a temporary table of old and new rows (`is_new`), or unknown: then readers build in full.
    """

    rows: str | None = None
    is_known: bool = True
    has_unique_keys: bool = False  # no row outside of what was computed can have a key of it


NOTHING, UNKNOWN = Delta(), Delta(is_known=False)


def semi_join_condition(
    con: duckdb.DuckDBPyConnection, touched: str, columns: Sequence[str]
) -> str:
    """Return the condition that the row `m` has the values of some row of `touched`.

    They are compared in these columns; NULL equals NULL.
    """
    same = " and ".join(f"t.{name} is not distinct from m.{name}" for name in columns)
    return " and ".join(
        [*_within(con, touched, columns), f"exists (select 1 from {touched} as t where {same})"]
    )


def _within(con: duckdb.DuckDBPyConnection, touched: str, columns: Sequence[str]) -> Iterator[str]:
    """Yield conditions that the semi-join implies: a day is between the first and last of `touched`.

    On a long history they exclude most rows before any is compared, which is five times faster. Days
    are found by the column's name; the condition holds for any type.
    """
    days = (
        [name for name in columns if name == "date" or name.endswith("_on")]
        if touched.isidentifier()
        else []
    )
    for name in days:
        query = f"select min({name}), max({name}), count(*) - count({name}) from {touched}"
        first, last, unknown = con.execute(query).fetchone() or (None, None, 0)
        if first is not None and not unknown:
            yield f"m.{name} between {sql_literal(str(first))} and {sql_literal(str(last))}"


def diff_query(before: str, after: str, columns: str) -> str:
    """Return a query for the rows that are only in one of two states, `is_new` telling which.

    As often as they are more there.
    """
    old, new = f"select {columns} from {before}", f"select {columns} from {after}"
    return (
        f"select true as is_new, * from ({new} except all {old}) union all "
        f"select false as is_new, * from ({old} except all {new})"
    )


def restrict_inputs(
    con: duckdb.DuckDBPyConnection, sql: str, shared: Mapping[str, Sequence[str]]
) -> str:
    """Return a SELECT over the rows of `slice_touched`.

    Every input is cut down by the slice columns that it has (`shared`).

    By text, not by syntax tree: the SQL stays what its author wrote.
    """
    touched = {
        read: semi_join_condition(con, "slice_touched", columns)
        for read, columns in shared.items()
        if columns
    }

    def cut(match: re.Match[str]) -> str:
        return (
            f"(select * from {match[0]} as m where {touched[match[0]]})"
            if match[0] in touched
            else match[0]
        )

    return TABLE_NAME.sub(cut, sql)


def columns_of_all(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, ...]]:
    """Return the columns of every table, in order."""
    rows = con.execute(
        """
        select schema_name || '.' || table_name, list(column_name order by column_index)
        from duckdb_columns() where database_name = current_database() group by all
        """
    ).fetchall()
    return {name: tuple(columns) for name, columns in rows}
