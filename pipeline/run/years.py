"""Figures under another year's plan.

Closed years' verdicts for mart.target_year, and a private warehouse for a past year's report.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipeline.base.errors import ConfigError
from pipeline.config.checkout import TRANSFORMS
from pipeline.config.expectations import expectations
from pipeline.config.plans.years import plan_files, plan_of_year
from pipeline.ingest import seeds
from pipeline.models import build
from pipeline.warehouse import publish
from pipeline.warehouse.ddl import sql_literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

    from pipeline.config.home import Home
    from pipeline.config.plan import Plan
    from pipeline.models.model import Model
    from pipeline.run.run_config import RunConfig

# kinds of decisions that move figures
_DECIDED = ("release", "withdraw", "restore", "reassign", "edition", "pieces", "unit", "story")
_VERDICT = "mart.target_progress"
_KEPT = """plan_year, make_date(plan_year, 12, 31) as as_of, position, target_id, name_zh, kind, unit,
    baseline, target, actual,
    growth_pct, progress_pct, status, days_covered, days_expected, verdict_zh"""


def earlier_years(job: RunConfig) -> list[int]:
    """Return the years with a plan before the job's; none under a pinned plan."""
    years = () if job.settings.plan else plan_files(job.home)
    return sorted(year for year in years if year < job.plan.year)


def close_years(con: duckdb.DuckDBPyConnection, job: RunConfig, *, has_new_files: bool) -> None:
    """Bring ops.target_year up to date: every earlier year with a plan, as of its 31 December.

    Under a pinned plan none is. A year is judged once, and again when its plan, the corrections or
    a decision about files, ledgers or units changed; last year's also on each night that took in
    files.
    """
    for year in earlier_years(job):
        plan = plan_of_year(job.home, year)
        mark = _mark(con, plan, job.as_of)
        known = con.execute(
            "select distinct plan_sha256 from ops.target_year where plan_year = ?", [year]
        ).fetchall()
        if known != [(mark,)] or (has_new_files and year == job.plan.year - 1):
            _judge_year(con, replace(job, plan=plan), mark)


def _mark(con: duckdb.DuckDBPyConnection, plan: Plan, as_of: date) -> str:
    """Return a digest of everything that people write and that a closed year's verdict depends on."""
    import hashlib

    decided = con.execute(
        "select kind, subject, value from raw.decision where kind in (select unnest(?)) "
        "and (known_on <= ? or known_on >= current_date) order by position",
        [list(_DECIDED), as_of],
    ).fetchall()
    corrected = con.execute("select * from raw.correction order by all").fetchall()
    parts = (hash_of(plan), decided, corrected)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def hash_of(plan: Plan) -> str:
    """Return a digest of the plan's content."""
    import hashlib

    return hashlib.sha256(plan.model_dump_json().encode()).hexdigest()


def _judge_year(con: duckdb.DuckDBPyConnection, job: RunConfig, mark: str) -> None:
    con.execute("checkpoint")
    (path,) = con.execute(
        "select path from duckdb_databases() where database_name = current_database()"
    ).fetchone() or ("",)
    con.execute("delete from ops.target_year where plan_year = ?", [job.plan.year])
    with TemporaryDirectory(dir=Path(path).parent) as folder:
        copy = Path(folder) / "year.duckdb"
        shutil.copyfile(path, copy)
        with publish.open_build(copy) as scratch:
            _under_plan(scratch, job, _needed(job.models, _VERDICT))
            scratch.execute("checkpoint")
        con.execute(f"attach {sql_literal(str(copy))} as closed (read_only)")
        try:
            con.execute(
                (
                    f"insert into ops.target_year by name select {_KEPT}, ? as plan_sha256 from "
                    f"closed.{_VERDICT}"
                ),
                [mark],
            )
        finally:
            con.execute("detach closed")


def _under_plan(con: duckdb.DuckDBPyConnection, job: RunConfig, models: Sequence[Model]) -> None:
    """Build models in a private warehouse under the job's plan, as known on the job's day."""
    (run_id,) = con.execute("select run_id from ops.context").fetchone() or ("",)
    build.load_functions(con, TRANSFORMS, job.settings.timezone)
    closed_on = min(job.as_of, date(job.plan.year, 12, 31))
    years = plan_files(job.home)
    expected = expectations(job.settings, job.plan, job.layouts.values())
    seeds.write_seeds(
        con, job.settings, job.plan, job.media, as_of=closed_on, plan_years=years, expected=expected
    )
    seeds.write_context(con, run_id, job.as_of, job.plan, job.settings.timezone)
    build.build_models(con, models, TRANSFORMS, lambda _: None)


def _needed(models: Sequence[Model], table: str) -> list[Model]:
    """Return the models that `table` is made of, in the order given."""
    by_name, wanted = {model.table: model for model in models}, {table}
    for model in reversed(models):
        if model.table in wanted:
            wanted |= {read for read in model.reads if read in by_name}
    return [model for model in models if model.table in wanted]


@contextmanager
def figures_of(home: Home, year: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the published figures under the plan of `year`.

    The warehouse itself, or a private one with that year's plan.

    ConfigError when the year has no plan.
    """
    with publish.open_published(home) as con:
        row = con.execute("select plan_year, as_of from ops.context").fetchone()
        if row is None or row[0] == year:
            yield con
            return
    if year not in plan_files(home):
        raise ConfigError(
            f"没有{year}年度计划，不能出该年的报告 / no plan for {year}: add "
            f"{home.plans / f'{year}.toml'}; the night reported on {row[0]}."
        )
    with TemporaryDirectory(dir=home.root, prefix=".year-") as folder:
        yield from _private(home, year, row[1], Path(folder) / "year.duckdb")


def _private(home: Home, year: int, as_of: date, copy: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    from pipeline.run.run_config import RunConfig

    shutil.copyfile(home.warehouse, copy)
    copy.chmod(0o600)
    job = replace(RunConfig.prepare(home, as_of), plan=plan_of_year(home, year))
    with publish.open_build(copy) as con:
        _under_plan(con, job, job.models)
        yield con
