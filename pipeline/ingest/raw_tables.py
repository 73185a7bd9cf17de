"""Tables of schema raw: one column a declared column, all text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.warehouse.ddl import comment_on, ensure_table
from pipeline.warehouse.definitions import made_once

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

    from collectors.layout import Column, Table

META = {
    "source": "收件夹：账号编号、news 或 ledger",
    "sha256": "来源文件",
    "sheet": "工作表",
    "row_number": "行号（与 Excel 显示一致）",
    "load_seq": "版本次序：越大越新",
    "default_year": "标题、工作表名或文件名中的年份",
    "extra": "未声明的列（JSON）",
}
_META_TYPES = {"row_number": "bigint", "load_seq": "bigint", "default_year": "integer"}


def create_raw_tables(con: duckdb.DuckDBPyConnection, tables: Iterable[Table]) -> None:
    """Create every declared raw table; columns are the union over the layouts that share it."""
    wanted = raw_columns(tables)
    with made_once(con, "raw tables", f"{_META_TYPES} {wanted}") as must_make:
        if must_make:
            _make(con, wanted)


def _make(con: duckdb.DuckDBPyConnection, wanted: dict[str, dict[str, str]]) -> None:
    for name, notes in wanted.items():
        kinds = {column: _META_TYPES.get(column, "varchar") for column in notes}
        ensure_table(con, f"raw.{name}", kinds)
        comment_on(con, f"raw.{name}", "原始数据，逐字照录，只增不改", notes)


def raw_columns(tables: Iterable[Table]) -> dict[str, dict[str, str]]:
    """Return the columns of every raw table with their comments.

    Ours, then the union over the layouts that share it.
    """
    union: dict[str, dict[str, str]] = {}
    for table in tables:
        notes = union.setdefault(table.table, dict(META))
        for column in table.columns:
            notes.setdefault(column.name, label_of(column))
    return union


def label_of(column: Column) -> str:
    """Return the column's canonical label, or its name when it has none."""
    return column.labels[0] if column.labels else column.name
