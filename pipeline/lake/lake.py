"""A lake.

The published warehouse's raw tables and seeds as Parquet, with a note of what they are, for other
engines to read.

`<lake>/raw/<table>/`, `<lake>/ops/<table>/` and `lake.json`. A big table is in folders
`landed=YYYY-MM`, the month in which its rows came:
raw is append-only, so a past month's folder never changes, and their number does not grow with the
accounts (decision 0017).
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pipeline.base.errors import ConfigError
from pipeline.warehouse.ddl import sql_literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import duckdb

    from pipeline.models.model import Model

Schema = dict[str, dict[str, dict[str, str]]]  # schema -> table -> column -> DuckDB type
NOTE = "lake.json"
PARTITION = "landed"
BIG = 1_000_000  # rows from which a table is cut into months


class Fix(NamedTuple):
    """A correction that the night applied: one cell of one staging table."""

    table: str
    column: str
    key: dict[str, str]
    value: str | None


@dataclass(frozen=True)
class Lake:
    """Content of `lake.json`: the tables, the run they come from, the corrections that it applied."""

    folder: Path
    schema: Schema
    as_of: str
    fixes: tuple[Fix, ...]
    timezone: str

    @classmethod
    def read(cls, folder: Path) -> Lake:
        """Read the note; ConfigError when `folder` is no lake."""
        try:
            note = json.loads((folder / NOTE).read_text("utf-8"))
            fixes = tuple(Fix(*fix) for fix in note["fixes"])
            return cls(folder, note["schema"], note["as_of"], fixes, note["timezone"])
        except (OSError, KeyError) as error:
            raise ConfigError(
                f"{folder} is no lake of this version: no {NOTE} in it, or an older one. "
                f"Run `python -m pipeline export lake {folder}` first."
            ) from error

    def tables(self) -> Iterable[tuple[str, str, dict[str, str]]]:
        """Give schema, table and columns of every table."""
        return (
            (schema, table, columns)
            for schema, found in self.schema.items()
            for table, columns in found.items()
        )


def export_lake(con: duckdb.DuckDBPyConnection, folder: Path, models: Iterable[Model]) -> Lake:
    """Write every raw table and what else the models read from an open warehouse.

    An older lake is replaced.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / NOTE).exists():
        raise ConfigError(f"{folder} is not empty and no lake. Give an empty or a new folder.")
    schema = _schema(con, {read for model in models for read in model.reads})
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    for name, tables in schema.items():
        (partial / name).mkdir(parents=True)
        for table in tables:
            _write(con, f"{name}.{table}", partial / name / table)
    note = {
        "as_of": _as_of(con),
        "timezone": _timezone(con),
        "schema": schema,
        "fixes": _fixes(con),
    }
    (partial / NOTE).write_text(json.dumps(note, ensure_ascii=False, indent=1), "utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    partial.replace(folder)
    return Lake.read(folder)


def attach(con: duckdb.DuckDBPyConnection, lake: Lake) -> None:
    """Make the lake's tables views of a DuckDB connection."""
    for name, table, columns in lake.tables():
        files = sql_literal(str(lake.folder / name / table / "**" / "*.parquet"))
        con.execute(f"create schema if not exists {name}")
        con.execute(
            f'create view {name}."{table}" as select {_names(columns)} from '
            f"read_parquet({files}, hive_partitioning = false)"
        )


def _schema(con: duckdb.DuckDBPyConnection, read: set[str]) -> Schema:
    rows = con.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns() where "
        "schema_name in ('raw', 'ops') order by 1, 2, column_index"
    ).fetchall()
    schema: Schema = {}
    for name, table, column, kind in rows:
        if name == "raw" or f"{name}.{table}" in read:
            schema.setdefault(name, {}).setdefault(table, {})[column] = kind
    return schema


def _write(con: duckdb.DuckDBPyConnection, table: str, folder: Path) -> None:
    (rows,) = con.execute(f"select count(*) from {table}").fetchone() or (0,)
    names = {
        column[0] for column in con.execute(f"select * from {table} limit 0").description or []
    }
    if rows > BIG and "load_seq" in names:
        query = f"""
            select r.*, coalesce(strftime(f.known_on, '%Y-%m'), 'unknown') as {PARTITION}
            from {table} as r
            left join (select load_seq, known_on from ops.file where load_seq is not null) as f
                on f.load_seq = r.load_seq"""
        con.execute(
            f"copy ({query}) to {sql_literal(str(folder))} (format parquet, compression "
            f"zstd, partition_by ({PARTITION}))"
        )
    else:
        folder.mkdir()
        con.execute(
            f"copy (from {table}) to {sql_literal(str(folder / 'all.parquet'))} (format "
            "parquet, compression zstd)"
        )


def _as_of(con: duckdb.DuckDBPyConnection) -> str:
    (day,) = con.execute("select cast(max(as_of) as varchar) from ops.context").fetchone() or (
        None,
    )
    return str(day)


def _timezone(con: duckdb.DuckDBPyConnection) -> str:
    (name,) = con.execute("select current_setting('TimeZone')").fetchone() or ("UTC",)
    return str(name)


def _fixes(con: duckdb.DuckDBPyConnection) -> list[Fix]:
    rows = con.execute(
        "select k.table_name, k.column_name, k.row_key, k.value from raw.correction as k"
        " join ops.correction_result as r on r.correction_id = k.correction_id where "
        "r.outcome = 'applied'"
    ).fetchall()
    return [Fix(table, column, json.loads(key), value) for table, column, key, value in rows]


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)
