"""Corrections: what a source is known to have wrong, written down by a person, applied to one cell of one staging table.

`corrections.toml` in the home, and beside the plan. A correction names what it expects to find; when the source says something else
by now, nothing is changed and mart.correction warns. Raw and the *_version tables keep what the files said.
"""

from __future__ import annotations

import json
import tomllib
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.base.errors import ConfigError
from pipeline.config.settings import first_problem
from pipeline.warehouse.ddl import comment_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import duckdb

    from pipeline.models.model import Model

Value = bool | int | float | date | str
_COLUMNS = {
    "correction_id": "更正编号", "table_name": "被更正的表", "row_key": "行的键（JSON）", "column_name": "列", "expect": "预期的来源值，空为没有值",
    "value": "更正后的值，空为未知", "reason": "理由", "corrected_by": "谁更正", "corrected_on": "何时更正", "file": "写在哪个文件",
}  # fmt: skip


class Correction(BaseModel):
    """One `[[corrections]]` entry. `expect` left out: the source has no value there; `value` left out: the value is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    table: str = Field(pattern=r"^staging\.[a-z0-9_]+$")
    key: dict[str, Value] = Field(min_length=1)
    column: str
    expect: Value | None = None
    value: Value | None = None
    reason: str = Field(min_length=1)
    by: str = Field(min_length=1)
    on: date
    file: str = ""

    @property
    def row_key(self) -> str:
        """The key as JSON, names in order."""
        return json.dumps({name: _text(self.key[name]) for name in sorted(self.key)}, ensure_ascii=False)

    @property
    def id(self) -> str:
        """What must be unique: one cell has one correction."""
        return f"{self.table}.{self.column} {self.row_key}"


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    corrections: tuple[Correction, ...] = ()


def load_corrections(paths: Iterable[Path], models: Sequence[Model]) -> list[Correction]:
    """Read the files that exist; ConfigError names file, entry and what to do."""
    columns = {model.table: set(model.columns) for model in models}
    found: dict[str, Correction] = {}
    for path in dict.fromkeys(path.resolve() for path in paths):
        for number, correction in enumerate(_read(path) if path.is_file() else (), 1):
            where = f"{path}: correction {number}"
            _require_cell(correction, columns, where)
            if correction.id in found:
                raise ConfigError(f"{where}: {correction.id} is corrected twice. Keep one of them.")
            found[correction.id] = correction.model_copy(update={"file": path.name})
    return list(found.values())


def _read(path: Path) -> tuple[Correction, ...]:
    try:
        return _File.model_validate(tomllib.loads(path.read_text("utf-8"))).corrections
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid TOML: {error}. Mend that line.") from error
    except ValidationError as error:
        raise ConfigError(f"{path}: {first_problem(error)}. Mend the file.") from error


def _require_cell(correction: Correction, columns: dict[str, set[str]], where: str) -> None:
    known = columns.get(correction.table)
    if known is None:
        raise ConfigError(f"{where}: there is no table {correction.table}. See docs/data-dictionary.md.")
    unknown = sorted({correction.column, *correction.key} - known)
    if unknown:
        raise ConfigError(
            f"{where}: {correction.table} has no column {unknown[0]!r}. It has: {', '.join(sorted(known))}."
        )
    if correction.expect is None and correction.value is None:
        raise ConfigError(f"{where}: neither `expect` nor `value` is given, so there is nothing to change.")


def write_corrections(con: duckdb.DuckDBPyConnection, corrections: Iterable[Correction]) -> None:
    """Replace raw.correction by these, and forget how the last run fared with them."""
    rows = [
        (c.id, c.table, c.row_key, c.column, _text(c.expect), _text(c.value), c.reason, c.by, c.on, c.file)
        for c in corrections
    ]
    kinds = [pa.date32() if name == "corrected_on" else pa.string() for name in _COLUMNS]
    arrays = [pa.array([row[i] for row in rows], kind) for i, kind in enumerate(kinds)]
    con.register("correction_arrow", pa.table(dict(zip(_COLUMNS, arrays, strict=True))))
    con.execute("create or replace table raw.correction as select * from correction_arrow")
    con.unregister("correction_arrow")
    comment_on(con, "raw.correction", "更正：人工登记的来源错误（corrections.toml）", _COLUMNS)
    con.execute("delete from ops.correction_result")


def apply_corrections(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Change the cells of a table just built where the source says what its correction expects; note each outcome."""
    rows = con.execute(
        "select correction_id, row_key, column_name, expect, value from raw.correction where table_name = $1", [table]
    ).fetchall()
    for correction_id, row_key, column, expect, value in rows:
        outcome, found = _apply(con, _Cell(table, column, json.loads(row_key)), expect, value)
        con.execute("insert into ops.correction_result values (?, ?, ?)", [correction_id, outcome, found])


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
    """Return the outcome and what was found: applied, no_row, many_rows, unreadable (value does not fit), unexpected."""
    column, values = f'"{cell.column}"', list(cell.key.values())
    found = con.execute(
        f"select cast({column} as varchar), typeof({column}) from {cell.table} where {cell.where}", values
    ).fetchall()
    if len(found) != 1:
        return ("many_rows" if found else "no_row"), None
    ((source, kind),) = found
    read = con.execute(
        f"select cast(try_cast($1 as {kind}) as varchar), cast(try_cast($2 as {kind}) as varchar)", [expect, value]
    ).fetchone() or (None, None)
    if (value is not None and read[1] is None) or (expect is not None and read[0] is None):
        return "unreadable", source
    if source != read[0]:
        return "unexpected", source
    con.execute(f"update {cell.table} set {column} = try_cast(? as {kind}) where {cell.where}", [value, *values])
    return "applied", source


def _text(value: Value | None) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)
