"""SQL models: one SELECT a file, with its comment, grain, checks and column notes beside the SQL.

The grammar of the header and of the column notes is in docs/contracts.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

OFFICE = "office"  # what an office adds in <home>/transforms/
BUILT_SCHEMAS = ("staging", "mart", OFFICE)
CONTEXT = "ops.context"
MOVING = frozenset({"as_of", "plan_as_of"})  # columns of the context that change with the day alone


@dataclass(frozen=True)
class Check:
    """A condition that must hold on every row of a model.

    `fail` stops publishing, `warn` is reported.
    """

    severity: str
    description: str
    condition: str


@dataclass(frozen=True)
class Versions:
    """A model whose rows are versions of `key` ordered by load_seq.

    Changes of `values` are restatements.
    """

    key: tuple[str, ...]
    values: tuple[str, ...]


@dataclass(frozen=True)
class Model:
    """One table made by one SELECT."""

    schema: str
    name: str
    path: Path
    sql: str
    comment: str
    grain: tuple[str, ...]
    columns: dict[str, str]
    checks: tuple[Check, ...]
    versions: Versions | None
    reads: frozenset[str]
    # rows with one value of these are made of input rows with that value only
    incremental_by: tuple[str, ...] = ()
    # rows depend on the day only while this column lies less than so many days before it
    lookback: tuple[str, int] | None = None
    # every column the SQL mentions, `schema.table.` before it where that is said, `*` for all of
    # a table; None: not known
    names: frozenset[str] | None = None

    @property
    def table(self) -> str:
        """Qualified name."""
        return f"{self.schema}.{self.name}"

    @property
    def follows_run(self) -> bool:
        """Return whether rows may differ from one run to the next though inputs and day are the same."""
        return "current_date" in self.sql or self._names_of_context({"run_id"})

    @property
    def follows_day(self) -> bool:
        """Return whether rows may differ from one day to the next though inputs are the same."""
        return self._names_of_context(MOVING)

    def looks_at(self, read: str, column: str) -> bool:
        """Return whether the SQL may look at a column of a table that it reads."""
        names = self.names
        ways = (column, f"{read}.{column}", f"{read}.*")
        return names is None or not names.isdisjoint(ways)

    def _names_of_context(self, columns: Iterable[str]) -> bool:
        return CONTEXT in self.reads and any(self.looks_at(CONTEXT, name) for name in columns)
