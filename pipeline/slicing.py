"""The SQL of slices: which rows belong to touched slices, what is different between two states of a table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


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


def narrowed(sql: str, shared: Mapping[str, Sequence[str]]) -> str:
    """Return a SELECT over the rows of touched slices: every input is cut down by the slice columns that it has (`shared`).

    By text, not by syntax tree: the SQL stays what its author wrote.
    """

    def cut(match: re.Match[str]) -> str:
        columns = shared.get(match[0])
        return (
            f"(select * from {match[0]} as m where {matching('m', 'slice_touched', columns)})" if columns else match[0]
        )

    return re.sub(r"\b(?:raw|staging|mart|ops)\.[a-z][a-z0-9_]*\b", cut, sql)
