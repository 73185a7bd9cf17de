"""Corrections.

What a source is known to have wrong, written down by a person, applied to one cell of one staging
table.

`corrections.toml` in the home, and beside the plan. A correction names what it expects to find;
when the source says something else
by now, nothing is changed and mart.correction warns. Raw and the *_version tables keep what the
files said.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from pipeline.config.corrections import Correction, _text
from pipeline.warehouse.ddl import comment_on
from pipeline.warehouse.definitions import made_once

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb


_COLUMNS = {
    "correction_id": "更正编号", "table_name": "被更正的表", "row_key": "行的键（JSON）",
    "column_name": "列", "expect": "预期的来源值，空为没有值",
    "value": "更正后的值，空为未知", "reason": "理由", "corrected_by": "谁更正",
    "corrected_on": "何时更正", "file": "写在哪个文件",
}  # fmt: skip


def write_corrections(con: duckdb.DuckDBPyConnection, corrections: Iterable[Correction]) -> None:
    """Replace raw.correction by these, and forget how the last run fared with them."""
    listed = list(corrections)
    with made_once(con, "corrections", f"{_COLUMNS} {listed}") as must_make:
        if must_make:
            _write(con, listed)
    con.execute("delete from ops.correction_result")


def _write(con: duckdb.DuckDBPyConnection, corrections: Iterable[Correction]) -> None:
    import pyarrow as pa

    rows = [
        (
            c.id,
            c.table,
            c.row_key,
            c.column,
            _text(c.expect),
            _text(c.value),
            c.reason,
            c.by,
            c.on,
            c.file,
        )
        for c in corrections
    ]
    kinds = [pa.date32() if name == "corrected_on" else pa.string() for name in _COLUMNS]
    arrays = [pa.array([row[i] for row in rows], kind) for i, kind in enumerate(kinds)]
    con.register("correction_arrow", pa.table(dict(zip(_COLUMNS, arrays, strict=True))))
    con.execute("create or replace table raw.correction as select * from correction_arrow")
    con.unregister("correction_arrow")
    comment_on(con, "raw.correction", "更正：人工登记的来源错误（corrections.toml）", _COLUMNS)


def apply_corrections(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Change the cells of a table just built where the source says what its correction expects.

    Note each outcome, in place of what an earlier building of the table noted.
    """
    con.execute(
        "delete from ops.correction_result where correction_id in "
        "(select correction_id from raw.correction where table_name = $1)",
        [table],
    )
    rows = con.execute(
        (
            "select correction_id, row_key, column_name, expect, value from raw.correction "
            "where table_name = $1"
        ),
        [table],
    ).fetchall()
    for correction_id, row_key, column, expect, value in rows:
        outcome, found = _apply(con, _Cell(table, column, json.loads(row_key)), expect, value)
        con.execute(
            "insert into ops.correction_result values (?, ?, ?)", [correction_id, outcome, found]
        )


class _Cell(NamedTuple):
    """One column of the row that `key` names."""

    table: str
    column: str
    key: dict[str, str]

    @property
    def where(self) -> str:
        return " and ".join(f'cast("{name}" as varchar) = ?' for name in self.key)


def _apply(
    con: duckdb.DuckDBPyConnection, cell: _Cell, expect: str | None, value: str | None
) -> tuple[str, str | None]:
    """Return the outcome and what was found.

    Applied, no_row, many_rows, unreadable (value does not fit), unexpected.
    """
    column, values = f'"{cell.column}"', list(cell.key.values())
    found = con.execute(
        f"select cast({column} as varchar), typeof({column}) from {cell.table} where {cell.where}",
        values,
    ).fetchall()
    if len(found) != 1:
        return ("many_rows" if found else "no_row"), None
    ((source, kind),) = found
    read = con.execute(
        f"select cast(try_cast($1 as {kind}) as varchar), cast(try_cast($2 as {kind}) as varchar)",
        [expect, value],
    ).fetchone() or (None, None)
    if (value is not None and read[1] is None) or (expect is not None and read[0] is None):
        return "unreadable", source
    if source != read[0]:
        return "unexpected", source
    con.execute(
        f"update {cell.table} set {column} = try_cast(? as {kind}) where {cell.where}",
        [value, *values],
    )
    return "applied", source
