"""The nightly job: collect, land, transform, check, publish, tidy the inbox."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from collectors.read.worker_pool import Reader
from pipeline.base.errors import ConfigError, one_line
from pipeline.base.failpoints import with_failpoints
from pipeline.base.run_ids import next_run_id, run_id
from pipeline.config.checkout import TRANSFORMS
from pipeline.config.expectations import expectations
from pipeline.config.plans.years import plan_files
from pipeline.ingest import archive, fetch, inbox, seeds
from pipeline.ingest.decisions import write_decisions
from pipeline.ingest.files.unpack import unpack_archives
from pipeline.ingest.held import decided_files, update_status
from pipeline.ingest.load import Loader
from pipeline.ingest.raw_tables import create_raw_tables
from pipeline.mail import outbox
from pipeline.models import build as transform
from pipeline.models import checks, restatements
from pipeline.models.checks import CheckFailedError
from pipeline.models.corrections import write_corrections
from pipeline.run import failure, questions
from pipeline.run.alerts import alert_failure, update_alerts
from pipeline.run.keep import retention
from pipeline.run.run_config import NightResult, RunConfig
from pipeline.run.tidy import empty_inbox
from pipeline.run.years import close_years, earlier_years
from pipeline.warehouse import publish
from pipeline.warehouse.ddl import transaction
from pipeline.warehouse.rows import fetch_dicts, insert_rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import duckdb


log = logging.getLogger(__name__)


def run_night(  # noqa: PLR0913 - a keyword for each option of `run`
    job: RunConfig,
    step: Callable[[str], None],
    *,
    dry_run: bool = False,
    fetch: bool = True,
    full: bool = False,
    wait_seconds: float = 0,
) -> NightResult:
    """Run the nightly job.

    A failure is recorded in the last good warehouse and returned, not raised. `full` computes every
    model from scratch. TransientError when another run has not ended after `wait_seconds`.
    """
    step = with_failpoints(step)
    with publish.run_lock(job.home, wait_seconds=wait_seconds):
        started = datetime.now(UTC)
        result = NightResult(run_id(started), job.as_of, broken_decisions=job.decisions.broken)
        try:
            if fetch and not dry_run:
                _collect(job, result, step)
            if not dry_run:
                unpack_archives(job.home.inbox)
            build = _build(job, result, started, step, full=full)
            archive.make_durable(
                [one.file for one in result.outcomes if one.status != "growing"], job.home.inbox
            )
        except Exception as error:
            log.exception("run failed")
            result.exit_code = 2 if isinstance(error, ConfigError) else 1
            result.status, result.message = "failed", one_line(error)
            # nothing there to record it in
            if not dry_run and not isinstance(error, publish.BrokenWarehouseError):
                _record_failure(job, result, started, error)
            return result
        if dry_run:
            result.status = "dry_run"
            build.unlink()
            return result
        step("publish")
        publish.publish(build, job.home)
        empty_inbox(job, result, step)
        retention.forget(job.home, job.settings.keep, job.settings.now())
    return result


def _collect(job: RunConfig, result: NightResult, step: Callable[[str], None]) -> None:
    """Fetch into the inbox; not for a past day, because what is fetched today was not known then."""
    if job.settings.fetch and job.as_of >= job.settings.default_as_of():
        result.collected = fetch.collect(job.home, job.settings)
        step("collect")


def _build(
    job: RunConfig,
    result: NightResult,
    started: datetime,
    step: Callable[[str], None],
    *,
    full: bool,
) -> Path:
    """Make tonight's warehouse in the private build folder and return its path, closed."""
    step("copy")
    build = publish.start_build(job.home)
    files = inbox.scan(job.home.inbox)
    decided = decided_files(job.home, job.decisions.decisions)
    # its process starts while the build is opened
    with (
        Reader(job.layouts, at_once=bool(files or decided)) as reader,
        publish.open_build(build) as con,
        ExitStack() as stack,
    ):
        result.run_id = next_run_id(con, started)
        loader = Loader(con, reader, job.layouts, job.night(result.run_id))
        with loader.reading(files, decided):  # they are read while the build is made ready
            prepare(con, job, result.run_id, reads_files=bool(files or decided))
            if full:
                con.execute("delete from ops.model_state")
            second = stack.enter_context(transform.second_connection(con, TRANSFORMS))
            loader.second = second
            step("land")
            result.outcomes = loader.take(step)
        reader.stop()
        step("transform")
        try:
            result.warnings = compute(con, job, result, step, second)
        except Exception as error:
            result.suspects = failure.suspects(con, job.models, result.outcomes, error)
            raise
        result.restatements = restatements.record_restatements(con, result.run_id, job.models)
        _log_forecasts(con, result.run_id)
        result.alerts = update_alerts(con, result.run_id, job.as_of)
        _judge(result)
        fetch.record(con, result.run_id, result.collected)
        record_run(con, result, started)
        con.execute("checkpoint")
    return build


def prepare(
    con: duckdb.DuckDBPyConnection, job: RunConfig, run_id: str, *, reads_files: bool = True
) -> None:
    """Make a build ready to land in: raw tables, seeds, the run's context.

    Where files are read, all macros too; without any, models define the few that they need.
    """
    if reads_files:
        transform.load_functions(con, TRANSFORMS, job.settings.timezone)
    else:
        publish.use_timezone(con, job.settings.timezone)
    with transaction(con):
        create_raw_tables(
            con, [table for layout in job.layouts.values() for table in layout.tables]
        )
        years = (
            {*plan_files(job.home), job.plan.year} if job.settings.plan else plan_files(job.home)
        )
        expected = expectations(job.settings, job.plan, job.layouts.values())
        seeds.write_seeds(
            con,
            job.settings,
            job.plan,
            job.media,
            as_of=job.as_of,
            plan_years=years,
            expected=expected,
        )
        write_corrections(con, job.corrections)
        write_decisions(con, job.decisions.decisions, job.as_of, job.settings.timezone)
        seeds.write_context(con, run_id, job.as_of, job.plan, job.settings.timezone)
    outbox.mirror(con, job.home)


def compute(
    con: duckdb.DuckDBPyConnection,
    job: RunConfig,
    result: NightResult,
    step: Callable[[str], None],
    second: duckdb.DuckDBPyConnection | None = None,
) -> list[checks.CheckResult]:
    """Build all models, record their checks, take the targets.

    Returns warnings, raises CheckFailedError.

    A new file that an intake rule doubts is held first: it counts nowhere, in no closed year
    either.
    """
    rules = questions.load_rules(TRANSFORMS) if result.count("loaded") else []
    asked, begun = questions.hold(
        con,
        rules,
        job.models,
        result.outcomes,
        job.decisions.decisions,
        may_keep=not earlier_years(job),
        second=second,
    )
    result.questions += asked
    close_years(con, job, has_new_files=result.count("loaded") > 0)
    results = transform.build_models(con, job.models, TRANSFORMS, step, begun=begun, second=second)
    if result.count("loaded"):
        result.questions += questions.tell(con, rules)
    questions.record(con, result.questions)
    update_status(con)
    transform.keep_questions(con, TRANSFORMS)
    checks.record_checks(con, result.run_id, results)
    checks.require_passed(results)
    result.targets = _targets(con)
    return [check for check in results if not check.passed]


def _judge(result: NightResult) -> None:
    new = result.count("loaded") + result.count("quarantined") + result.count("held")
    needs_person = (
        result.count("quarantined")
        + result.rows("rejected")
        + result.rows("unreadable")
        + len(result.warnings)
        + sum(outcome.is_unavailable for outcome in result.outcomes)
        + sum(one.status != "fetched" for one in result.collected)
        + sum(len(outcome.unread_sheets) for outcome in result.outcomes)
        + len(result.broken_decisions)
        + result.count("held")
        + len(result.questions)
        + sum(outcome.needs_person for outcome in result.outcomes)
    )
    result.exit_code = 3 if needs_person else 0
    found = (
        f"{result.count('loaded')} file(s) loaded, {result.count('duplicate')} duplicate, "
        f"{result.count('quarantined')} quarantined, {result.count('held')} held; "
        f"{result.rows('loaded')} row(s) loaded, "
        f"{result.rows('rejected')} rejected; {result.restatements} value(s) restated, "
        f"{result.alerts} alert(s) opened"
    )
    result.message = found if new else f"no new file; {found}"


def record_run(con: duckdb.DuckDBPyConnection, result: NightResult, started: datetime) -> None:
    """Write the run to ops.run."""
    con.execute(
        """
        insert into ops.run (run_id, as_of, started_at, finished_at, status, exit_code, files_loaded,
            files_duplicate,
            files_quarantined, rows_loaded, rows_rejected, message, files_held)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
            result.run_id, result.as_of, started, datetime.now(UTC), result.status,
            result.exit_code,
            result.count("loaded"), result.count("duplicate"), result.count("quarantined"),
            result.rows("loaded"), result.rows("rejected"), result.message, result.count("held"),
        ],
    )  # fmt: skip


def _record_failure(
    job: RunConfig, result: NightResult, started: datetime, error: Exception
) -> None:
    """Throw the build away and note the failure on a copy of the last good warehouse."""
    result.outcomes, result.questions = [], []
    build = publish.start_build(job.home)
    with publish.open_build(build) as con:
        result.run_id = next_run_id(con, started)
        if isinstance(error, CheckFailedError):
            checks.record_checks(con, result.run_id, error.results)
        fetch.record(con, result.run_id, result.collected)
        record_run(con, result, started)
        told = [{"run_id": result.run_id, **one} for one in result.suspects]
        insert_rows(con, "ops.run_failure", told)
        alert_failure(con, result.run_id, result.message)
        con.execute("checkpoint")
    publish.publish(build, job.home)


def _targets(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    return fetch_dicts(con, "select * from mart.target_progress")


def _log_forecasts(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Keep every forecast as it was made, so that the year's end can score it."""
    con.execute(
        """
        insert into ops.forecast_log by name
        select ? as run_id, as_of, plan_year, target_id,
            md5(concat_ws('|', baseline, target, actual, days_covered, growth_pct)) as inputs_hash,
            forecast, forecast_low, forecast_high, linear_forecast, chance,
            (select max(factor) from staging.flow_score as s where s.target_id = t.target_id) as own_factor
        from mart.target_progress as t where actual is not null and forecast is not null
        """,
        [run_id],
    )
