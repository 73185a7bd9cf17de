"""Layouts declared as data (TOML). The grammar is in docs/contracts.md."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from collectors.written import read_toml, validated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Kind = Literal[
    "text",
    "caption",
    "date",
    "datetime",
    "days",
    "posted",
    "month",
    "count",
    "net",
    "number",
    "rate",
    "percent",
    "seconds",
    "span",
    "id",
    "url",
    "bool",
]
_ADVICE = "Mend it (docs/contracts.md)."
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")


@lru_cache(maxsize=20_000)
def plain_label(text: str) -> str:
    """Return a label for comparison: NFKC, no white space or invisible signs, lower case.

    Brackets stay.
    """
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).lower()


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(_Declared):
    """One column: its place in the file and what kind of value it holds."""

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
    nth: int = Field(default=1, ge=1)

    @field_validator("pattern")
    @classmethod
    def _pattern_has_a_group(cls, pattern: str | None) -> str | None:
        try:
            groups = re.compile(pattern or "()").groups
        except re.error as error:
            raise ValueError(f"pattern is no regular expression: {error}") from error
        if not groups:
            raise ValueError("pattern needs a group ( ) around the value")
        return pattern

    @property
    def must_be_labelled(self) -> bool:
        """Return whether the layout matches only where this column's label is found."""
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
    key_without_id: tuple[str, ...] = ()
    repeat: Literal["reject", "keep_last", "newest"] = "reject"
    optional: bool = False
    form: Literal["table", "pairs"] = "table"
    sections: tuple[str, ...] = ()
    header_within: int = 10
    totals: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @cached_property
    def must_be_labelled(self) -> tuple[Column, ...]:
        """The columns whose labels a header must all hold."""
        return tuple(column for column in self.columns if column.must_be_labelled)

    @model_validator(mode="after")
    def _key_is_declared(self) -> Table:
        names = [column.name for column in self.columns]
        unknown = [name for name in (*self.key, *self.key_without_id) if name not in names]
        if unknown:
            raise ValueError(f"key column {unknown[0]!r} is not among the columns")
        if len(names) != len(set(names)):
            raise ValueError(f"a column name stands twice in table {self.table}")
        return self

    @model_validator(mode="after")
    def _columns_can_be_found(self) -> Table:
        names = {column.name for column in self.columns}
        given = {"section"} if self.sections else set()
        given |= {"label", "value"} if self.form == "pairs" else set()
        if self.form == "pairs" and not (self.sections and {"label", "value"} <= names):
            raise ValueError('form = "pairs" needs sections and the columns label and value')
        seen: dict[tuple[str, int], str] = {}
        for column in self.columns:
            if not (
                column.labels
                or column.cell
                or column.pattern
                or column.sheet_name
                or column.name in given
            ):
                raise ValueError(f"column {column.name} needs labels, cell, pattern or sheet_name")
            if column.required_unless and column.required_unless not in names:
                raise ValueError(
                    f"column {column.name}: required_unless names no column: "
                    f"{column.required_unless}"
                )
            for label in column.plain_labels:
                other = seen.setdefault((label, column.nth), column.name)
                if other != column.name:
                    raise ValueError(
                        f"columns {other} and {column.name} both claim the label {label}"
                    )
        return self


class Expectation(_Declared):
    """The rhythm in which a file of this kind must come, its owners, and the way to get it."""

    export: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    export_zh: str
    of: Literal["account", "unit", "office"]
    covers: str
    daily: bool = False
    every: Literal["month", "quarter", "half_year", "year"]
    within_days: int = Field(ge=0, le=366)
    window_days: int | None = Field(default=None, ge=1)
    how_zh: str


class NoData(_Declared):
    """A field at the top of a JSON answer that marks an answer without data.

    By any value but `unless`, or by the value `equals`.
    """

    field: str
    unless: str | None = None
    equals: str | None = None
    detail: str | None = None  # a field whose text says more
    reason_zh: str
    reason_en: str

    @model_validator(mode="after")
    def _one_condition(self) -> NoData:
        if (self.unless is None) == (self.equals is None):
            raise ValueError("give one of unless and equals")
        return self

    def holds(self, value: str | None) -> bool:
        """Return whether this value of the field says that there is no data."""
        return value is not None and (
            value == self.equals if self.equals is not None else value != self.unless
        )


class Layout(_Declared):
    """A kind of file: who may drop it, its tables, and whether it must come."""

    id: str
    title: str
    sources: tuple[Literal["account", "news", "ledger"], ...] = Field(min_length=1)
    platform: str | None = None
    refuse: str | None = None
    expected: Expectation | None = None
    no_data: tuple[NoData, ...] = ()
    tables: tuple[Table, ...] = Field(min_length=1)

    @property
    def section_titles(self) -> tuple[str, ...]:
        """Titles of the blocks that may hold this layout."""
        return tuple(title for table in self.tables for title in table.sections)


class _Common(_Declared):
    columns: tuple[Column, ...] = ()


def load_layouts(*folders: Path) -> dict[str, Layout]:
    """Read every `*.toml` of the folders.

    A later folder adds layouts or overrides those of the same id.
    """
    layouts: dict[str, Layout] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.toml")):
            layouts |= _read(path)
    return layouts


def platforms(layouts: dict[str, Layout]) -> set[str]:
    """Return every platform that some layout is of."""
    return {layout.platform for layout in layouts.values() if layout.platform}


def _read(path: Path) -> dict[str, Layout]:
    data = read_toml(path)
    common = validated(_Common, data.pop("common", {}), f"{path}: layout common: ", _ADVICE).columns
    return {name: _layout(path, name, content, common) for name, content in data.items()}


# any TOML value
def _layout(path: Path, name: str, content: Any, common: tuple[Column, ...]) -> Layout:  # noqa: ANN401
    where = f"{path}: layout {name}: "
    layout = validated(
        Layout, {**content, "id": name} if isinstance(content, dict) else content, where, _ADVICE
    )
    if not common:
        return layout
    tables = [
        {**dict(t), "columns": (*t.columns, *_shared(t.columns, common))} for t in layout.tables
    ]
    return validated(Layout, {**dict(layout), "tables": tables}, where, _ADVICE)


def _shared(own: tuple[Column, ...], common: tuple[Column, ...]) -> Iterator[Column]:
    """Yield the common columns a table does not have, without the labels its own columns claim."""
    names = {column.name for column in own}
    claimed = {label for column in own for label in column.plain_labels}
    for column in common:
        labels = tuple(label for label in column.labels if plain_label(label) not in claimed)
        if column.name not in names and (labels or not column.labels):
            yield Column.model_validate({**dict(column), "labels": labels})
