"""Expand the macros of transforms/*macros.sql in place.

This is done at the level of the syntax tree, as DuckDB itself does it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True)
class Macro:
    """One `create macro`: its parameters and its body, in which no other macro is left."""

    name: str
    parameters: tuple[str, ...]
    body: exp.Expression


class Macros:
    """All macros of a text; each may use those above it."""

    def __init__(self, text: str) -> None:
        names = {name.upper() for name in _names(sqlglot.parse(text, read="duckdb"))} | {"LEN"}
        self._dialect = _dialect_without(names)
        self._known: dict[str, Macro] = {}
        for statement in sqlglot.parse(text, read=self._dialect):
            if isinstance(statement, exp.Create):
                macro = self._read(statement)
                self._known[macro.name] = macro

    def __iter__(self) -> Iterator[Macro]:
        return iter(self._known.values())

    def parse(self, sql: str) -> exp.Expression:
        """Return the tree of a DuckDB query with every macro call replaced by its body."""
        return self._expanded(sqlglot.parse_one(sql, read=self._dialect))

    def _read(self, statement: exp.Create) -> Macro:
        function = statement.this
        name = function.this.name.lower()
        body = _with_own_lambdas(statement.expression, name)
        return Macro(
            name,
            tuple(parameter.name.lower() for parameter in function.expressions),
            self._expanded(body),
        )

    def _expanded(self, tree: exp.Expression) -> exp.Expression:
        return tree.transform(self._replace)

    def _replace(self, node: exp.Expression) -> exp.Expression:
        """Replace a call; its arguments, which may be calls themselves, first."""
        if isinstance(node, exp.RegexpExtract) and isinstance(node.args.get("group"), exp.Array):
            return self._groups(node)
        if not isinstance(node, exp.Anonymous) or node.name.lower() not in self._known:
            return node
        macro = self._known[node.name.lower()]
        given = [self._expanded(argument) for argument in node.expressions]
        if len(given) != len(macro.parameters):
            raise ValueError(
                f"{node.sql('duckdb')}: {macro.name} takes {len(macro.parameters)} argument(s)"
            )
        bound = dict(zip(macro.parameters, given, strict=True))
        return exp.paren(macro.body.transform(lambda part: _argument(part, bound)), copy=False)

    def _groups(self, node: exp.RegexpExtract) -> exp.Expression:
        """Return a struct with one extraction a group: Spark has none that gives several at once."""
        text, pattern = self._expanded(node.this), self._expanded(node.expression)
        fields = [
            exp.PropertyEQ(
                this=exp.to_identifier(name.name),
                expression=exp.RegexpExtract(
                    this=text.copy(), expression=pattern.copy(), group=exp.Literal.number(place)
                ),
            )
            for place, name in enumerate(node.args["group"].expressions, 1)
        ]
        return exp.Struct(expressions=fields)


def _argument(part: exp.Expression, bound: dict[str, exp.Expression]) -> exp.Expression:
    if isinstance(part, exp.Column) and not part.table and part.name.lower() in bound:
        value = bound[part.name.lower()].copy()
        return (
            value
            if isinstance(value, (exp.Column, exp.Literal, exp.Paren, exp.Identifier))
            else exp.paren(value)
        )
    return part


def _with_own_lambdas(body: exp.Expression, macro: str) -> exp.Expression:
    """Name every lambda's parameter after its macro, so that no argument's column can be taken for it."""
    for function in body.find_all(exp.Lambda):
        own = {parameter.name: f"{macro}_{parameter.name}" for parameter in function.expressions}
        for identifier in function.find_all(exp.Identifier):
            if identifier.name in own and _stands_alone(identifier):
                identifier.set("this", own[identifier.name])
    return body


def _stands_alone(identifier: exp.Identifier) -> bool:
    """Return whether this is a name of its own: not a column's, a field's, or a struct key's."""
    above = identifier.parent
    if isinstance(above, exp.Dot):
        return above.this is identifier
    return not isinstance(above, (exp.Column, exp.PropertyEQ)) or above.expression is identifier


def _names(statements: Iterable[exp.Expression | None]) -> Iterable[str]:
    return (one.this.this.name for one in statements if isinstance(one, exp.Create))


def _dialect_without(names: set[str]) -> type[DuckDB]:
    """Return DuckDB's dialect with these names free.

    Sqlglot knows another `to_number`, and makes `len` (of a list) `length`.
    """

    class Dialect(DuckDB):
        class Parser(DuckDB.Parser):
            FUNCTIONS = {  # noqa: RUF012
                name: build for name, build in DuckDB.Parser.FUNCTIONS.items() if name not in names
            }

    return Dialect
