"""`pipeline export`: the marts as Parquet or as one Excel workbook with the dictionary in front."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

from pipeline.base.errors import ConfigError
from pipeline.export.query_formats import write_csv
from pipeline.export.workbook import Column, Workbook
from pipeline.warehouse.ddl import sql_literal
from pipeline.warehouse.publish import published_timezone, require_warehouse, use_timezone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

    from pipeline.config.home import Home

_log = logging.getLogger(__name__)


def export_marts(
    home: Home, target: Path, *, as_csv: bool = False, by_year: bool = False
) -> list[Path]:
    """Write every mart.

    To `target`/<table>.parquet or .csv, or into the one workbook when `target` ends with .xlsx.
    """
    import duckdb

    if target.exists() and target.is_dir() and target.suffix == ".xlsx":
        raise ConfigError(f"{target} is a folder; give a file name for a workbook")
    with duckdb.connect(str(require_warehouse(home)), read_only=True) as con:
        use_timezone(con, published_timezone(con))
        tables = [
            row[0]
            for row in con.execute(
                "select table_name from duckdb_tables() where schema_name = 'mart' order by 1"
            ).fetchall()
        ]
        if target.suffix == ".xlsx":
            return [_workbook(con, tables, target)]
        target.mkdir(parents=True, exist_ok=True)
        return (
            _csv(con, tables, target) if as_csv else _parquet(con, tables, target, by_year=by_year)
        )


def _parquet(
    con: duckdb.DuckDBPyConnection, tables: list[str], folder: Path, *, by_year: bool
) -> list[Path]:
    dated = {
        row[0]
        for row in con.execute(
            "select table_name from duckdb_columns() where schema_name = 'mart' and "
            "column_name = 'date'"
        ).fetchall()
    }
    paths = []
    for table in tables:
        split = by_year and table in dated
        path = folder / (table if split else f"{table}.parquet")
        query = (
            f"(select *, date_part('year', date) as year from mart.{table})"
            if split
            else f"(from mart.{table} order by all)"
        )
        how = (
            "format parquet, partition_by (year), overwrite_or_ignore"
            if split
            else "format parquet"
        )
        con.execute(f"copy {query} to {sql_literal(str(path))} ({how})")
        paths.append(path)
    return paths


def _csv(con: duckdb.DuckDBPyConnection, tables: list[str], folder: Path) -> list[Path]:
    """Write CSV with a BOM, which Excel needs for Chinese.

    Text that a spreadsheet would run gets an apostrophe.
    """
    paths = [folder / f"{table}.csv" for table in tables]
    for table, path in zip(tables, paths, strict=True):
        cursor = con.execute(f"select * from mart.{table} order by all")
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            write_csv(stream, [column[0] for column in cursor.description or []], _rows(cursor))
    return paths


def _workbook(con: duckdb.DuckDBPyConnection, tables: list[str], path: Path) -> Path:
    """Write every mart as a sheet with Chinese names, heads and codes.

    Before them the list of sheets and the dictionary.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    comments = dict(
        con.execute(
            "select table_name, coalesce(comment, '') from duckdb_tables() where "
            "schema_name = 'mart'"
        ).fetchall()
    )
    dictionary = _dictionary(con)
    names = {table: short_comment(comments[table]) or table for table in tables}
    with Workbook(path, "宣传数据") as book:
        listed = [Column("工作表"), Column("仓库中的表"), Column("说明")]
        book.add(
            "目录", listed, [(names[table], f"mart.{table}", comments[table]) for table in tables]
        )
        heads = [Column(head) for head in ("表", "列", "类型", "说明")]
        book.add("数据字典", heads, [(names[row[0]], *row[1:]) for row in dictionary])
        for table in tables:
            columns = columns_of([row for row in dictionary if row[0] == table])
            book.add(names[table], columns, _rows(con.execute(f"select * from mart.{table}")))
    for line in book.told:
        _log.warning("%s: %s", path.name, line)
    return path


def _dictionary(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str, str]]:
    query = """
        select table_name, column_name, data_type, coalesce(comment, '') from duckdb_columns()
        where schema_name = 'mart' order by table_name, column_index"""
    return con.execute(query).fetchall()


def columns_of(rows: list[tuple[str, str, str, str]]) -> list[Column]:
    """Return a table's columns for a sheet, from name, type and comment.

    The head is the comment's first words, codes get its words.
    """
    columns, taken = list[Column](), set[str]()
    for _, name, kind, comment in rows:
        head = short_comment(comment) or name
        head = head if head not in taken else f"{head}（{name}）"
        taken.add(head)
        columns.append(Column(head, _kind(name, kind), code_words(comment)))
    return columns


def short_comment(comment: str) -> str:
    """Return a comment up to its first explanation: 状态：met 已达成；… is 状态."""
    return re.sub(r"\s", "", re.split(r"[：；，。！]|（(?!%|0)", comment, maxsplit=1)[0])


def code_words(comment: str) -> dict[str, str]:
    """Return what the codes of a column mean, as its comment lists them.

    状态：met 已达成；on_track 正常 gives met and on_track.
    """
    return dict(
        re.findall(
            r"(?<![a-z_0-9])([a-z][a-z_0-9]*) ([\u4e00-\u9fff][^；：，。！（]*)",
            comment.partition("：")[2],
        )
    )


def _kind(name: str, kind: str) -> str:
    """Return the number format that a column's name promises."""
    if name.endswith("_pct"):
        return "percent"
    if name.endswith("_rate"):
        return "rate"
    return (
        "plain" if name in {"plan_year", "year", "month", "position"} and kind != "VARCHAR" else ""
    )


def _rows(cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    """Give a result's rows without holding all of them."""
    while rows := cursor.fetchmany(5_000):
        yield from rows
