"""Build the models in order, write their comments, run their checks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.comments import comment_on
from pipeline.corrections import apply_corrections
from pipeline.errors import CheckFailedError, PipelineError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import duckdb

    from pipeline.models import Model


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
    con.execute((folder / "functions.sql").read_text("utf-8"))


def keep_questions(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Put the analysts' one-line questions (`ask.*`) into the warehouse; they name marts, so these stand first."""
    con.execute("create schema if not exists ask")
    con.execute((folder / "questions.sql").read_text("utf-8"))


def build_models(
    con: duckdb.DuckDBPyConnection, models: Sequence[Model], step: Callable[[str], None]
) -> list[CheckResult]:
    """Build every model, correct it, return all check results; PipelineError names the model whose SQL failed."""
    results: list[CheckResult] = []
    for model in models:
        step(model.table)
        build_model(con, model)
        apply_corrections(con, model.table)
        results += check_model(con, model)
    return results


def build_model(con: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Replace the model's table by what its SELECT gives now."""
    import duckdb

    try:
        con.execute(f"create or replace table {model.table} as {model.sql}")
    except duckdb.Error as error:
        raise PipelineError(f"{model.path}: {error}. Mend the SQL or what it reads.") from error
    comment_on(con, model.table, model.comment, model.columns)


def check_model(con: duckdb.DuckDBPyConnection, model: Model) -> list[CheckResult]:
    """Count the rows that break each check; the grain must be filled and unique."""
    conditions = [(check.severity, check.description, check.condition) for check in model.checks]
    conditions += [("fail", f"grain {name} filled", f"{name} is not null") for name in model.grain]
    results = _row_checks(con, model, conditions)
    if model.grain:
        key = ", ".join(model.grain)
        query = f"from (select {key} from {model.table} group by {key} having count(*) > 1)"
        results.append(_counted(con, model, "fail", f"grain ({key}) unique", query))
    return results


def _row_checks(
    con: duckdb.DuckDBPyConnection, model: Model, conditions: list[tuple[str, str, str]]
) -> list[CheckResult]:
    if not conditions:
        return []
    counts = ", ".join(f"count(*) filter (where not coalesce(({sql}), false))" for _, _, sql in conditions)
    row = con.execute(f"select {counts} from {model.table}").fetchone() or ()
    return [
        _counted(con, model, severity, name, f"from {model.table} where not coalesce(({sql}), false)")
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
    rows = [(run_id, r.table, r.name, r.severity, r.passed, r.failing_rows, r.example) for r in results]
    if rows:
        con.executemany("insert into ops.check_result values (?, ?, ?, ?, ?, ?, ?)", rows)


def record_restatements(con: duckdb.DuckDBPyConnection, run_id: str, models: Sequence[Model]) -> int:
    """Report every value that a file of this run changed against the version before it; returns how many."""
    before = _count_restatements(con)
    for model in models:
        if model.versions is None:
            continue
        key = ", ".join(model.versions.key)
        for column in model.versions.values:
            con.execute(
                f"""
                insert into ops.restatement
                with version as (
                    select {key}, {column}, load_seq,
                        lag({column}) over previous as old_value, lag(load_seq) over previous as old_seq
                    from {model.table} where {column} is not null
                    window previous as (partition by {key} order by load_seq)
                )
                select ?, ?, cast(to_json(struct_pack({", ".join(f"{k} := v.{k}" for k in model.versions.key)})) as varchar),
                    ?, cast(v.old_value as varchar), cast(v.{column} as varchar), older.sha256, newer.sha256
                from version as v
                join ops.file as newer on newer.load_seq = v.load_seq
                join ops.file as older on older.load_seq = v.old_seq
                where newer.run_id = ? and v.old_value <> v.{column}
                """,
                [run_id, model.table, column, run_id],
            )
    return _count_restatements(con) - before


def _count_restatements(con: duckdb.DuckDBPyConnection) -> int:
    (count,) = con.execute("select count(*) from ops.restatement").fetchone() or (0,)
    return int(count)
