"""The SQL of slices: which rows belong to touched slices, what is different between two states of a table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.models import Model


@dataclass(frozen=True)
class Table:
    """A table of the warehouse and its columns, in order; no columns when it does not exist."""

    name: str
    columns: tuple[str, ...]


def matching(alias: str, touched: str, columns: Iterable[str]) -> str:
    """Return the condition that the row `alias` has the values of some row of `touched` in these columns; NULL equals NULL."""
    same = " and ".join(f"t.{name} is not distinct from {alias}.{name}" for name in columns)
    return f"exists (select 1 from {touched} as t where {same})"


def difference(before: str, after: str, columns: str) -> str:
    """Return a query for the rows that are only in one of two states, `is_new` telling which; as often as they are more there."""
    old, new = f"select {columns} from {before}", f"select {columns} from {after}"
    return (
        f"select true as is_new, * from ({new} except all {old}) union all "
        f"select false as is_new, * from ({old} except all {new})"
    )


def narrowed(model: Model, tables: Mapping[str, Table]) -> str:
    """Return the model's SELECT over the rows of touched slices: every input that has slice columns is cut down to them.

    By text, not by syntax tree: the SQL stays what its author wrote.
    """

    def cut(match: re.Match[str]) -> str:
        table = tables.get(match[0])
        shared = [name for name in model.slices if table and name in table.columns]
        return f"(select * from {match[0]} as m where {matching('m', 'slice_touched', shared)})" if shared else match[0]

    return re.sub(r"\b(?:raw|staging|mart|ops)\.[a-z][a-z0-9_]*\b", cut, model.sql)
