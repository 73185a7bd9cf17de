"""Run each model's checks; a failed check stops the publishing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.base.errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Sequence


import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.models.slices import NOTHING, UNKNOWN, Delta, semi_join_condition
from pipeline.warehouse.rows import insert_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from pipeline.models.model import Model


@dataclass(frozen=True)
class CheckResult:
    """Outcome of one check: how many rows break it, and one of them as JSON."""

    table: str
    name: str
    severity: str
    failing_rows: int
    example: str | None

    @property
    def passed(self) -> bool:
        """True when no row breaks the check."""
        return self.failing_rows == 0


def check_model(
    con: duckdb.DuckDBPyConnection, model: Model, change: Delta = UNKNOWN
) -> list[CheckResult]:
    """Count the rows that break each check; the grain must be filled and unique.

    A `fail` check held on every row when last night was published, so only changed rows need it; a
    `warn` check counts all rows.
    """
    everything = [(check.severity, check.description, check.condition) for check in model.checks]
    everything += [("fail", f"grain {name} filled", f"{name} is not null") for name in model.grain]
    warnings = [check for check in everything if check[0] == "warn"]
    failures = [check for check in everything if check[0] == "fail"]
    if change == NOTHING:
        key = f"grain ({', '.join(model.grain)}) unique"
        passed = [*(name for _, name, _ in failures), *([key] if model.grain else [])]
        return [*_undeclared(con, model), *_row_checks(con, model, warnings)] + [
            CheckResult(model.table, name, "fail", 0, None) for name in passed
        ]
    new = f"(select * exclude (is_new) from {change.rows} where is_new)"
    results = [
        *_undeclared(con, model),
        *_row_checks(con, model, warnings),
        *_row_checks(con, model, failures, new if change.rows else model.table),
    ]
    return [*results, _unique_key(con, model, change)] if model.grain else results


def _unique_key(con: duckdb.DuckDBPyConnection, model: Model, change: Delta) -> CheckResult:
    key = ", ".join(model.grain)
    good = CheckResult(model.table, f"grain ({key}) unique", "fail", 0, None)
    if change.has_unique_keys:
        return good
    rows = model.table
    if change.rows:
        rows += f" as m where {semi_join_condition(con, change.rows, model.grain)}"
    twice = f"select {key} from {rows} group by {key} having count(*) > 1"
    if not con.execute(f"select 1 from ({twice}) limit 1").fetchone():
        return good
    every = f"from (select * from {rows}) join ({twice}) using ({key})"
    return _counted(con, model, "fail", good.name, every)


def _undeclared(con: duckdb.DuckDBPyConnection, model: Model) -> list[CheckResult]:
    """Return a warning when a model does not say what it is, what a row is, or what a column holds.

    A table of one row needs no grain.
    """
    silent = [name for name, note in model.columns.items() if not note]
    missing = [
        *([] if model.comment else ["first line"]),
        *([] if model.grain or _has_one_row(con, model) else ["grain"]),
        *([f"comment of {', '.join(silent)}"] if silent else []),
    ]
    name = "says what it is (docs/guide/add-a-mart.md)"
    found = CheckResult(model.table, name, "warn", len(missing), f"no {'; no '.join(missing)}")
    return [found] if missing else []


def _has_one_row(con: duckdb.DuckDBPyConnection, model: Model) -> bool:
    return len(con.execute(f"select 1 from {model.table} limit 2").fetchall()) < 2  # noqa: PLR2004


def _row_checks(
    con: duckdb.DuckDBPyConnection,
    model: Model,
    conditions: list[tuple[str, str, str]],
    rows: str | None = None,
) -> list[CheckResult]:
    if not conditions:
        return []
    rows = rows or model.table
    counts = ", ".join(
        f"count(*) filter (where not coalesce(({sql}), false))" for _, _, sql in conditions
    )
    row = con.execute(f"select {counts} from {rows}").fetchone() or ()
    return [
        _counted(con, model, severity, name, f"from {rows} where not coalesce(({sql}), false)")
        if broken
        else CheckResult(model.table, name, severity, 0, None)
        for (severity, name, sql), broken in zip(conditions, row, strict=True)
    ]


def _counted(
    con: duckdb.DuckDBPyConnection, model: Model, severity: str, name: str, query: str
) -> CheckResult:
    (rows,) = con.execute(f"select count(*) {query}").fetchone() or (0,)
    example = None
    if rows:
        cursor = con.execute(f"select * {query} limit 1")
        names = [column[0] for column in cursor.description or []]
        example = json.dumps(
            dict(zip(names, cursor.fetchone() or (), strict=True)), ensure_ascii=False, default=str
        )
    return CheckResult(model.table, name, severity, rows, example)


def require_passed(results: Sequence[CheckResult]) -> None:
    """Raise CheckFailedError naming the first broken `fail` check, its count and an example row."""
    broken = [result for result in results if result.severity == "fail" and not result.passed]
    if broken:
        first = broken[0]
        raise CheckFailedError(
            f"{len(broken)} check(s) failed; first: {first.table}: {first.name}: "
            f"{first.failing_rows} row(s), "
            f"e.g. {first.example}. Nothing was published; mend the input or the model.",
            results,
        )


def record_checks(
    con: duckdb.DuckDBPyConnection, run_id: str, results: Sequence[CheckResult]
) -> None:
    """Write the outcome of every check to ops.check_result."""
    rows = [
        {
            "run_id": run_id, "table_name": r.table, "check_name": r.name, "severity": r.severity,
            "passed": r.passed,
            "failing_rows": r.failing_rows, "example": r.example,
        }
        for r in results
    ]  # fmt: skip
    insert_rows(con, "ops.check_result", rows)


class CheckFailedError(PipelineError):
    """A `fail` check found rows; nothing is published. `results` holds the outcome of every check."""

    def __init__(self, message: str, results: Sequence[CheckResult]) -> None:
        super().__init__(message)
        self.results = results
