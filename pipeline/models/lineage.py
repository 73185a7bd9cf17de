"""Origins of every column.

Read out of the SQL by sqlglot, from the marts down to the columns of the files.

Only what makes a value counts (including what a `max_by` or a window orders by); join and filter
conditions do not.
A `count(*)` comes from rows, not from a column: its origin is written `schema.table.*`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.models.model import Model

ROWS = "*"
Origins = dict[str, tuple[str, ...]]  # column -> the "schema.table.column" it is made of


def direct_origins(models: Sequence[Model], raw: Mapping[str, Iterable[str]]) -> dict[str, Origins]:
    """Return, for each model's table and column, the columns of the tables it reads.

    `raw` names the columns of raw tables.
    """
    schema = {"raw": {table: dict.fromkeys(columns, "varchar") for table, columns in raw.items()}}
    for model in models:
        schema.setdefault(model.schema, {})[model.name] = dict.fromkeys(model.columns, "varchar")
    return {model.table: _of_model(model, schema) for model in models}


def first_origins(direct: Mapping[str, Origins]) -> dict[str, Origins]:
    """Follow every column down to tables that no model makes: raw.* and ops.*."""
    known: dict[str, tuple[str, ...]] = {}

    def follow(column: str) -> tuple[str, ...]:
        table, _, name = column.rpartition(".")
        if table not in direct:
            return (column,)
        if column not in known:
            found = {first for origin in direct[table].get(name, ()) for first in follow(origin)}
            known[column] = tuple(sorted(found))
        return known[column]

    return {
        table: {name: follow(f"{table}.{name}") for name in columns}
        for table, columns in direct.items()
    }


def _of_model(model: Model, schema: dict[str, dict[str, dict[str, str]]]) -> Origins:
    query = qualify(
        sqlglot.parse_one(model.sql, read="duckdb"),
        schema=schema,
        dialect="duckdb",
        validate_qualify_columns=False,
        quote_identifiers=False,
    )
    walker = _Walker()
    root = build_scope(query)
    origins = {
        name: tuple(sorted(walker.origins(root, place))) for place, name in enumerate(model.columns)
    }
    return {**origins, ROWS: tuple(sorted(walker.rows(root)))}


class _Walker:
    """Follows the columns of one query through its subqueries and unions, each only once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], frozenset[str]] = {}

    def origins(self, scope: Scope, place: int) -> frozenset[str]:
        """Return the table columns behind the output column at `place`."""
        key = (id(scope), place)
        if key not in self._known:
            self._known[key] = frozenset(self._origins(scope, place))
        return self._known[key]

    def _origins(self, scope: Scope, place: int) -> Iterable[str]:
        if scope.set_operation_scopes:
            for branch in scope.set_operation_scopes:
                yield from self.origins(branch, place)
            return
        made_of = scope.expression.selects[place]
        for column in made_of.find_all(exp.Column):
            yield from self._source(scope, column)
        if any(isinstance(count.this, exp.Star) for count in made_of.find_all(exp.Count)):
            yield from self.rows(scope)

    def rows(self, scope: Scope) -> frozenset[str]:
        """Return the tables (as `schema.table.*`) in the FROM of this query, without its joins."""
        if scope.set_operation_scopes:
            return frozenset(
                row for branch in scope.set_operation_scopes for row in self.rows(branch)
            )
        sources = [source for _, source in scope.selected_sources.values()]
        if not sources:
            return frozenset()
        first = sources[0]
        return (
            self.rows(first)
            if isinstance(first, Scope)
            else frozenset({f"{first.db}.{first.name}.{ROWS}"})
        )

    def _source(self, scope: Scope, column: exp.Column) -> Iterable[str]:
        selected = {name: source for name, (_, source) in scope.selected_sources.items()}
        source = selected.get(column.table)
        if source is None and not column.table and len(selected) == 1:
            (source,) = selected.values()
        if isinstance(source, Scope):
            names = source.expression.named_selects
            if column.name in names:
                yield from self.origins(source, names.index(column.name))
        elif isinstance(source, exp.Table):
            yield f"{source.db}.{source.name}.{column.name}"
