"""Record values that a newer file changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.models.slices import semi_join_condition

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from pipeline.models.model import Model, Versions

_ADD_UP = """
    insert into ops.restatement_by_column
    select run_id, column_name, min(day), max(day), count(distinct row_key)
    from (
        select *, try_cast(json_extract_string(row_key, '$.date') as date) as day
        from ops.restatement where run_id = ?
    )
    group by all"""


def record_restatements(
    con: duckdb.DuckDBPyConnection, run_id: str, models: Sequence[Model]
) -> int:
    """Report every value that a file of this run changed against the version before it.

    Returns how many.
    """
    before = _count_restatements(con)
    for model in models:
        if model.versions is not None:
            _record_restatements_of(con, run_id, model.table, model.versions)
    con.execute(_ADD_UP, [run_id])
    return _count_restatements(con) - before


def _record_restatements_of(
    con: duckdb.DuckDBPyConnection, run_id: str, table: str, versions: Versions
) -> None:
    """Compare the versions of the keys that this run's files gave; older keys cannot have changed."""
    con.execute(
        (
            f"create or replace temp table told as select * from {table} where load_seq in "
            "(select load_seq from ops.file where run_id = ?)"
        ),
        [run_id],
    )
    if not con.execute("select 1 from told limit 1").fetchone():
        return
    con.execute(
        f"create or replace temp table versions as select * from {table} as m where "
        f"{semi_join_condition(con, 'told', versions.key)}"
    )
    key = ", ".join(versions.key)
    named = ", ".join(f"{column} := v.{column}" for column in versions.key)
    for column in versions.values:
        con.execute(
            f"""
            insert into ops.restatement
            with version as (
                select {key}, {column}, load_seq,
                    lag({column}) over previous as old_value, lag(load_seq) over previous as old_seq
                from versions where {column} is not null
                window previous as (partition by {key} order by load_seq)
            )
            select ?, ?, cast(to_json(struct_pack({named})) as varchar),
                ?, cast(v.old_value as varchar), cast(v.{column} as varchar), older.sha256, newer.sha256
            from version as v
            join ops.file as newer on newer.load_seq = v.load_seq
            join ops.file as older on older.load_seq = v.old_seq
            where newer.run_id = ? and v.old_value <> v.{column}
            """,
            [run_id, table, column, run_id],
        )


def _count_restatements(con: duckdb.DuckDBPyConnection) -> int:
    (count,) = con.execute("select count(*) from ops.restatement").fetchone() or (0,)
    return int(count)
