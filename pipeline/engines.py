"""The models over a lake, every result a folder of Parquet: with DuckDB here, with Spark in pipeline/spark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.comments import quoted
from pipeline.lake import Fix, Lake, Schema, attach

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    import duckdb

    from pipeline.models import Model

ZONE = "Asia/Shanghai"


def transform_with_duckdb(
    lake: Lake, out: Path, models: Sequence[Model], functions: str, step: Callable[[str], None]
) -> None:
    """Build all models over the lake and write each to `out`/<schema>/<table>/."""
    import duckdb

    with duckdb.connect() as con:
        con.execute(f"set timezone = '{ZONE}'")
        attach(con, lake)
        for table, kinds in _build(con, models, lake.fixes, functions, step):
            folder = out.joinpath(*table.split("."))
            folder.mkdir(parents=True, exist_ok=True)
            con.execute(
                f"copy (select {_columns(kinds)} from {table}) to {quoted(str(folder / 'all.parquet'))} (format parquet)"
            )


def model_types(lake: Lake, models: Sequence[Model], functions: str) -> Schema:
    """Return the types of the lake's tables and of all models, from building them on nothing."""
    import duckdb

    schema = {name: dict(tables) for name, tables in lake.schema.items()}
    with duckdb.connect() as con:
        con.execute(f"set timezone = '{ZONE}'")
        for name, table, columns in lake.tables():
            con.execute(f"create schema if not exists {name}")
            con.execute(
                f'create table {name}."{table}" ({", ".join(f"{chr(34)}{c}{chr(34)} {kind}" for c, kind in columns.items())})'
            )
        for built, kinds in _build(con, models, (), functions, lambda _: None):
            name, _, table = built.partition(".")
            schema.setdefault(name, {})[table] = kinds
    return schema


def _build(
    con: duckdb.DuckDBPyConnection,
    models: Sequence[Model],
    fixes: Iterable[Fix],
    functions: str,
    step: Callable[[str], None],
) -> Iterable[tuple[str, dict[str, str]]]:
    con.execute(functions)
    for model in models:
        step(model.table)
        con.execute(f"create schema if not exists {model.schema}")
        con.execute(f"create table {model.table} as {model.sql}")
        for fix in fixes:
            if fix.table == model.table:
                where = " and ".join(f'cast("{name}" as varchar) = {quoted(value)}' for name, value in fix.key.items())
                value = "null" if fix.value is None else quoted(fix.value)
                con.execute(f'update {model.table} set "{fix.column}" = {value} where {where}')
        yield model.table, {row[0]: row[1] for row in con.execute(f"describe {model.table}").fetchall()}


def _columns(kinds: dict[str, str]) -> str:
    """Whole sums are HUGEINT, which Parquet does not have."""
    return ", ".join(
        f'cast("{n}" as bigint) as "{n}"' if kind in {"HUGEINT", "UBIGINT"} else f'"{n}"' for n, kind in kinds.items()
    )
