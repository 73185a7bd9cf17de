"""Corrections: known errors of a source, written by a person in corrections.toml."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from pipeline.base.errors import ConfigError
from pipeline.config.files import load_toml

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


Value = bool | int | float | date | str


class Correction(BaseModel):
    """One `[[corrections]]` entry. `expect` left out: the source has no value there.

    `value` left out: the value is not known.
    """

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
        return json.dumps(
            {name: _text(self.key[name]) for name in sorted(self.key)}, ensure_ascii=False
        )

    @property
    def id(self) -> str:
        """Unique key: one cell has one correction."""
        return f"{self.table}.{self.column} {self.row_key}"


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    corrections: tuple[Correction, ...] = ()


def load_corrections(paths: Iterable[Path], columns: dict[str, set[str]]) -> list[Correction]:
    """Read the files that exist; `columns` are those of every table.

    ConfigError names file, entry and what to do.
    """
    found: dict[str, Correction] = {}
    for path in dict.fromkeys(path.resolve() for path in paths):
        for number, correction in enumerate(
            load_toml(_File, path).corrections if path.is_file() else (), 1
        ):
            where = f"{path}: correction {number}"
            _require_cell(correction, columns, where)
            if correction.id in found:
                raise ConfigError(f"{where}: {correction.id} is corrected twice. Keep one of them.")
            found[correction.id] = correction.model_copy(update={"file": path.name})
    return list(found.values())


def _require_cell(correction: Correction, columns: dict[str, set[str]], where: str) -> None:
    known = columns.get(correction.table)
    if known is None:
        raise ConfigError(
            f"{where}: there is no table {correction.table}. See docs/data-dictionary.md."
        )
    unknown = sorted({correction.column, *correction.key} - known)
    if unknown:
        raise ConfigError(
            f"{where}: {correction.table} has no column {unknown[0]!r}. It has: "
            f"{', '.join(sorted(known))}."
        )
    if correction.expect is None and correction.value is None:
        raise ConfigError(
            f"{where}: neither `expect` nor `value` is given, so there is nothing to change."
        )


def _text(value: Value | None) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)
