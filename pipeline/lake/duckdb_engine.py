"""The models over a lake, every result a folder of Parquet.

With DuckDB here, with Spark in pipeline/lake/spark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.lake.lake import Fix, Lake, Schema, attach
from pipeline.models.folder import load_models, read_macros
from pipeline.warehouse.ddl import sql_literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    import duckdb

    from pipeline.models.model import Model


class Task(NamedTuple):
    """Input of an engine: a lake, the models in order, the macros that they use."""

    lake: Lake
    models: list[Model]
    functions: str

    @classmethod
    def read(cls, lake: Path, transforms: Path) -> Task:
        """Read all of it; ConfigError says what is wrong."""
        return cls(Lake.read(lake), load_models(transforms), read_macros(transforms))


def transform_with_duckdb(task: Task, out: Path, step: Callable[[str], None]) -> None:
    """Build all models over the lake and write each to `out`/<schema>/<table>/."""
    import duckdb

    with duckdb.connect() as con:
        con.execute(f"set timezone = {sql_literal(task.lake.timezone)}")
        # what does not fit into memory
        con.execute(f"set temp_directory = {sql_literal(str(out / '.spill'))}")
        attach(con, task.lake)
        for table, kinds in _build(con, task, task.lake.fixes, step):
            folder = out.joinpath(*table.split("."))
            folder.mkdir(parents=True, exist_ok=True)
            file = sql_literal(str(folder / "all.parquet"))
            con.execute(f"copy (select {_columns(kinds)} from {table}) to {file} (format parquet)")


def model_types(task: Task) -> Schema:
    """Return the types of the lake's tables and of all models, from building them on nothing."""
    import duckdb

    schema = {name: dict(tables) for name, tables in task.lake.schema.items()}
    with duckdb.connect() as con:
        con.execute(f"set timezone = {sql_literal(task.lake.timezone)}")
        for name, table, columns in task.lake.tables():
            con.execute(f"create schema if not exists {name}")
            fields = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
            con.execute(f'create table {name}."{table}" ({fields})')
        for built, kinds in _build(con, task, (), lambda _: None):
            name, _, table = built.partition(".")
            schema.setdefault(name, {})[table] = kinds
    return schema


def _build(
    con: duckdb.DuckDBPyConnection, task: Task, fixes: Iterable[Fix], step: Callable[[str], None]
) -> Iterable[tuple[str, dict[str, str]]]:
    con.execute(task.functions)
    for model in task.models:
        step(model.table)
        con.execute(f"create schema if not exists {model.schema}")
        con.execute(f"create table {model.table} as {model.sql}")
        for fix in fixes:
            if fix.table == model.table:
                _correct(con, fix)
        yield (
            model.table,
            {row[0]: row[1] for row in con.execute(f"describe {model.table}").fetchall()},
        )


def _correct(con: duckdb.DuckDBPyConnection, fix: Fix) -> None:
    where = " and ".join(
        f'cast("{name}" as varchar) = {sql_literal(value)}' for name, value in fix.key.items()
    )
    value = "null" if fix.value is None else sql_literal(fix.value)
    con.execute(f'update {fix.table} set "{fix.column}" = {value} where {where}')


def _columns(kinds: dict[str, str]) -> str:
    """Whole sums are HUGEINT, which Parquet does not have."""
    return ", ".join(
        f'cast("{n}" as bigint) as "{n}"' if kind in {"HUGEINT", "UBIGINT"} else f'"{n}"'
        for n, kind in kinds.items()
    )
