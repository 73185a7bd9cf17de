"""Layouts declared as data (TOML). The grammar is in docs/contracts.md."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

if TYPE_CHECKING:
    from pathlib import Path

Kind = Literal[
    "text", "date", "datetime", "month", "count", "net", "number", "rate", "percent", "seconds", "url", "bool"
]
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")


class LayoutError(Exception):
    """A declaration is wrong: which file, which layout, what to do."""


@lru_cache(maxsize=20_000)
def plain_label(text: str) -> str:
    """Return a label for comparison: NFKC, no white space or invisible signs, lower case; brackets stay."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).lower()


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(_Declared):
    """One column: where it stands in the file and what kind of value it holds."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    labels: tuple[str, ...] = ()
    kind: Kind
    expected: bool = False
    required: bool = False
    required_unless: str | None = None
    one_of: tuple[str, ...] = ()
    cell: str | None = Field(default=None, pattern=r"^[A-Z]{1,2}[1-9][0-9]*$")
    pattern: str | None = None
    sheet_name: bool = False
    nth: int = 1

    @property
    def must_be_labelled(self) -> bool:
        """Tell whether the layout matches only where this column's label stands."""
        return bool(self.labels) and (self.expected or self.required) and not self.required_unless

    @cached_property
    def plain_labels(self) -> tuple[str, ...]:
        """Labels for comparison."""
        return tuple(plain_label(label) for label in self.labels)


class Table(_Declared):
    """One block of a file and the raw table it lands in."""

    table: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    repeat: Literal["reject", "keep_last"] = "reject"
    optional: bool = False
    form: Literal["table", "pairs"] = "table"
    sections: tuple[str, ...] = ()
    header_within: int = 10
    totals: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _key_is_declared(self) -> Table:
        names = [column.name for column in self.columns]
        unknown = [name for name in self.key if name not in names]
        if unknown:
            raise ValueError(f"key column {unknown[0]!r} is not among the columns")
        if len(names) != len(set(names)):
            raise ValueError(f"a column name stands twice in table {self.table}")
        return self


class Layout(_Declared):
    """A kind of file: who may drop it, and its tables."""

    id: str
    title: str
    sources: tuple[str, ...]
    platform: str | None = None
    refuse: str | None = None
    tables: tuple[Table, ...]

    @property
    def section_titles(self) -> tuple[str, ...]:
        """Titles under which a block of this layout may stand."""
        return tuple(title for table in self.tables for title in table.sections)


def load_layouts(*folders: Path) -> dict[str, Layout]:
    """Read every `*.toml` of the folders; a later folder adds layouts or overrides those of the same id."""
    layouts: dict[str, Layout] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.toml")):
            layouts |= _read(path)
    return layouts


def _read(path: Path) -> dict[str, Layout]:
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LayoutError(f"{path}: not valid TOML: {error}. Mend that line.") from error
    common = data.pop("common", {}).get("columns", [])
    return {name: _layout(path, name, content, common) for name, content in data.items()}


def _layout(path: Path, name: str, content: dict[str, Any], common: list[dict[str, Any]]) -> Layout:
    try:
        tables = [{**t, "columns": [*t["columns"], *_shared(t["columns"], common)]} for t in content["tables"]]
        return Layout.model_validate({**content, "id": name, "tables": tables})
    except KeyError as error:
        raise LayoutError(f"{path}: layout {name}: {error} is missing. Add it (see docs/contracts.md).") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise LayoutError(f"{path}: layout {name}: {where}: {first['msg']}. Mend the declaration.") from error


def _shared(own: list[dict[str, Any]], common: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the common columns a table does not have, without the labels its own columns claim."""
    names = {column["name"] for column in own}
    claimed = {label for column in own for label in column.get("labels", [])}
    kept = []
    for column in common:
        labels = [label for label in column["labels"] if label not in claimed]
        if column["name"] not in names and labels:
            kept.append({**column, "labels": labels})
    return kept
