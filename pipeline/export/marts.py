"""`pipeline export`: the marts as Parquet or as one Excel workbook with the dictionary in front."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.base.errors import ConfigError
from pipeline.export.query_formats import write_csv
from pipeline.warehouse.ddl import sql_literal
from pipeline.warehouse.publish import published_timezone, require_warehouse, use_timezone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

    from pipeline.config.home import Home


def export_marts(home: Home, target: Path, *, as_csv: bool = False, by_year: bool = False) -> list[Path]:
    """Write every mart: to `target`/<table>.parquet or .csv, or into the one workbook when `target` ends with .xlsx."""
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
        return _csv(con, tables, target) if as_csv else _parquet(con, tables, target, by_year=by_year)


def _parquet(con: duckdb.DuckDBPyConnection, tables: list[str], folder: Path, *, by_year: bool) -> list[Path]:
    dated = {
        row[0]
        for row in con.execute(
            "select table_name from duckdb_columns() where schema_name = 'mart' and column_name = 'date'"
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
        how = "format parquet, partition_by (year), overwrite_or_ignore" if split else "format parquet"
        con.execute(f"copy {query} to {sql_literal(str(path))} ({how})")
        paths.append(path)
    return paths


def _csv(con: duckdb.DuckDBPyConnection, tables: list[str], folder: Path) -> list[Path]:
    """Write CSV with a BOM, which Excel needs for Chinese; text that a spreadsheet would run gets an apostrophe."""
    paths = [folder / f"{table}.csv" for table in tables]
    for table, path in zip(tables, paths, strict=True):
        cursor = con.execute(f"select * from mart.{table} order by all")
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            write_csv(stream, [column[0] for column in cursor.description or []], _rows(cursor))
    return paths


def _workbook(con: duckdb.DuckDBPyConnection, tables: list[str], path: Path) -> Path:
    import xlsxwriter

    path.parent.mkdir(parents=True, exist_ok=True)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    dictionary = """
        select table_name, column_name, data_type, comment from duckdb_columns()
        where schema_name = 'mart' order by table_name, column_index"""
    with xlsxwriter.Workbook(str(path), options) as book:
        _sheet(book, con, "数据字典", dictionary)
        for table in tables:
            _sheet(book, con, table[:31], f"select * from mart.{table}")
    return path


def _sheet(book: Any, con: duckdb.DuckDBPyConnection, name: str, query: str) -> None:  # noqa: ANN401 - xlsxwriter has no types
    sheet = book.add_worksheet(name)
    cursor = con.execute(query)
    sheet.write_row(0, 0, [column[0] for column in cursor.description or []])
    for number, row in enumerate(_rows(cursor), 1):
        sheet.write_row(number, 0, [v if isinstance(v, (int, float, str, type(None))) else str(v) for v in row])
    sheet.freeze_panes(1, 0)


def _rows(cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    """Give a result's rows without holding all of them."""
    while rows := cursor.fetchmany(5_000):
        yield from rows
