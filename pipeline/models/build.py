"""Build the models in order, write their comments, run their checks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.base.errors import CheckFailedError
from pipeline.models.incremental import ANYTHING, NOTHING, Change, Refresh
from pipeline.models.slices import matching
from pipeline.warehouse.rows import insert_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import duckdb

    from pipeline.models.model import Model, Versions


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


def load_functions(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Define the value-reading macros for this connection."""
    con.execute((folder / "macros.sql").read_text("utf-8"))


def keep_questions(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Put the analysts' one-line questions (`ask.*`) into the warehouse; they name marts, so these stand first."""
    con.execute("create schema if not exists ask")
    con.execute((folder / "ask_macros.sql").read_text("utf-8"))


def build_models(
    con: duckdb.DuckDBPyConnection, models: Sequence[Model], folder: Path, step: Callable[[str], None]
) -> list[CheckResult]:
    """Bring every model up to date, return all check results; PipelineError names the model whose SQL failed.

    What the last night's state (ops.model_state) vouches for is not computed again; without state, everything is.
    """
    refresh = Refresh(con, models, folder / "macros.sql")
    results: list[CheckResult] = []
    for model in models:
        step(model.table)
        results += check_model(con, model, refresh.build(model))
    refresh.save()
    return results


def check_model(con: duckdb.DuckDBPyConnection, model: Model, change: Change = ANYTHING) -> list[CheckResult]:
    """Count the rows that break each check; the grain must be filled and unique.

    A `fail` check held on every row when last night was published, so only changed rows need it; a `warn` check counts all rows.
    """
    everything = [(check.severity, check.description, check.condition) for check in model.checks]
    everything += [("fail", f"grain {name} filled", f"{name} is not null") for name in model.grain]
    warnings = [check for check in everything if check[0] == "warn"]
    failures = [check for check in everything if check[0] == "fail"]
    if change == NOTHING:
        key = f"grain ({', '.join(model.grain)}) unique"
        passed = [*(name for _, name, _ in failures), *([key] if model.grain else [])]
        return _row_checks(con, model, warnings) + [CheckResult(model.table, name, "fail", 0, None) for name in passed]
    rows = f"{model.table} as m where {matching(con, change.rows, model.grain)}" if change.rows else model.table
    results = _row_checks(con, model, warnings) + _row_checks(con, model, failures, f"(select * from {rows})")
    if model.grain:
        key = ", ".join(model.grain)
        query = f"from (select {key} from {rows} group by {key} having count(*) > 1)"
        results.append(_counted(con, model, "fail", f"grain ({key}) unique", query))
    return results


def _row_checks(
    con: duckdb.DuckDBPyConnection, model: Model, conditions: list[tuple[str, str, str]], rows: str | None = None
) -> list[CheckResult]:
    if not conditions:
        return []
    rows = rows or model.table
    counts = ", ".join(f"count(*) filter (where not coalesce(({sql}), false))" for _, _, sql in conditions)
    row = con.execute(f"select {counts} from {rows}").fetchone() or ()
    return [
        _counted(con, model, severity, name, f"from {rows} where not coalesce(({sql}), false)")
        if broken
        else CheckResult(model.table, name, severity, 0, None)
        for (severity, name, sql), broken in zip(conditions, row, strict=True)
    ]


def _counted(con: duckdb.DuckDBPyConnection, model: Model, severity: str, name: str, query: str) -> CheckResult:
    (rows,) = con.execute(f"select count(*) {query}").fetchone() or (0,)
    example = None
    if rows:
        cursor = con.execute(f"select * {query} limit 1")
        names = [column[0] for column in cursor.description or []]
        example = json.dumps(dict(zip(names, cursor.fetchone() or (), strict=True)), ensure_ascii=False, default=str)
    return CheckResult(model.table, name, severity, rows, example)


def require_passed(results: Sequence[CheckResult]) -> None:
    """Raise CheckFailedError naming the first broken `fail` check, its count and an example row."""
    broken = [result for result in results if result.severity == "fail" and not result.passed]
    if broken:
        first = broken[0]
        raise CheckFailedError(
            f"{len(broken)} check(s) failed; first: {first.table}: {first.name}: {first.failing_rows} row(s), "
            f"e.g. {first.example}. Nothing was published; mend the input or the model.",
            results,
        )


def record_checks(con: duckdb.DuckDBPyConnection, run_id: str, results: Sequence[CheckResult]) -> None:
    """Write the outcome of every check to ops.check_result."""
    rows = [
        {"run_id": run_id, "table_name": r.table, "check_name": r.name, "severity": r.severity, "passed": r.passed,
         "failing_rows": r.failing_rows, "example": r.example}
        for r in results
    ]  # fmt: skip
    insert_rows(con, "ops.check_result", rows)


def record_restatements(con: duckdb.DuckDBPyConnection, run_id: str, models: Sequence[Model]) -> int:
    """Report every value that a file of this run changed against the version before it; returns how many."""
    before = _count_restatements(con)
    for model in models:
        if model.versions is not None:
            _record_restatements_of(con, run_id, model.table, model.versions)
    return _count_restatements(con) - before


def _record_restatements_of(con: duckdb.DuckDBPyConnection, run_id: str, table: str, versions: Versions) -> None:
    """Compare the versions of the keys that this run's files gave; older keys cannot have changed."""
    con.execute(
        f"create or replace temp table told as select * from {table} where load_seq in (select load_seq from ops.file where run_id = ?)",
        [run_id],
    )
    if not con.execute("select 1 from told limit 1").fetchone():
        return
    con.execute(
        f"create or replace temp table versions as select * from {table} as m where {matching(con, 'told', versions.key)}"
    )
    key = ", ".join(versions.key)
    for column in versions.values:
        con.execute(
            f"""
            insert into ops.restatement
            with version as (
                select {key}, {column}, load_seq,
                    lag({column}) over previous as old_value, lag(load_seq) over previous as old_seq
                from versions where {column} is not null
                window previous as (partition by {key} order by load_seq)
            )
            select ?, ?, cast(to_json(struct_pack({", ".join(f"{k} := v.{k}" for k in versions.key)})) as varchar),
                ?, cast(v.old_value as varchar), cast(v.{column} as varchar), older.sha256, newer.sha256
            from version as v
            join ops.file as newer on newer.load_seq = v.load_seq
            join ops.file as older on older.load_seq = v.old_seq
            where newer.run_id = ? and v.old_value <> v.{column}
            """,
            [run_id, table, column, run_id],
        )


def _count_restatements(con: duckdb.DuckDBPyConnection) -> int:
    (count,) = con.execute("select count(*) from ops.restatement").fetchone() or (0,)
    return int(count)
