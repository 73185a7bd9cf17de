"""Build the models in order, write their comments, run their checks."""

from __future__ import annotations

import os
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from pipeline.config.checkout import DEFAULT_TIMEZONE
from pipeline.models.checks import CheckResult, check_model
from pipeline.models.folder import needs, read_macros
from pipeline.models.incremental import IncrementalBuild
from pipeline.models.model import BUILT_SCHEMAS
from pipeline.warehouse.definitions import made_once
from pipeline.warehouse.macros import define_all
from pipeline.warehouse.publish import NO_OPTIMIZERS, use_timezone
from pipeline.warehouse.side_by_side import side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    import duckdb

    from pipeline.models.model import Model


# Up to so many rows of raw, planning a model costs more than computing it.
FEW_ROWS = 100_000
# They look through the expanded macros for what is written twice: a sixth of the planning.
_FOR_MANY_ROWS = "common_subexpressions,common_subplan"


def load_functions(
    con: duckdb.DuckDBPyConnection, folder: Path, timezone: str = DEFAULT_TIMEZONE
) -> None:
    """Define the macros of the models for this connection, and the time zone in which they read."""
    use_timezone(con, timezone)
    define_all(con, read_macros(folder))


def keep_questions(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Put the analysts' one-line questions (`ask.*`) into the warehouse.

    They name marts, so these come first.
    """
    text = (folder / "ask_macros.sql").read_text("utf-8")
    with made_once(con, "ask macros", text) as must_make:
        if must_make:
            con.execute("create schema if not exists ask")
            con.execute(text)


def build_models(  # noqa: PLR0913 - two keywords for what a night has begun
    con: duckdb.DuckDBPyConnection,
    models: Sequence[Model],
    folder: Path,
    step: Callable[[str], None],
    *,
    begun: IncrementalBuild | None = None,
    second: duckdb.DuckDBPyConnection | None = None,
) -> list[CheckResult]:
    """Bring every model up to date, return all check results.

    PipelineError names the model whose SQL failed.

    What `begun` has built tonight stays. `second` helps with a first computing of few rows; many
    occupy all processors anyway.

    What the last night's state (ops.model_state) vouches for is not computed again; without state,
    everything is.
    """
    _drop_what_no_file_makes(con, models)
    has_few_rows = plan_for_size(con)
    refresh = begun or IncrementalBuild(con, models, read_macros(folder))
    results: dict[str, list[CheckResult]] = {}

    named = {model.table: model for model in models}

    def bring_up_to_date(on: duckdb.DuckDBPyConnection, table: str) -> None:
        mine, model = refresh.on(on), named[table]
        results[table] = check_model(on, model, mine.build(model))
        mine.comment(model)

    helper = second if has_few_rows and refresh.is_first else None
    side_by_side(con, helper, needs(named), bring_up_to_date, step)
    refresh.save()
    return [result for model in models for result in results[model.table]]


@contextmanager
def second_connection(
    con: duckdb.DuckDBPyConnection, folder: Path
) -> Iterator[duckdb.DuckDBPyConnection | None]:
    """Yield another connection with the same macros and time zone, where one pays.

    Planning takes one processor a connection: landing and the first computing of a small home take
    half the time on two. A later night passes changed rows on in tables that one connection only
    sees.
    """
    knows = con.execute("select 1 from ops.model_state limit 1").fetchone()
    if knows or (os.cpu_count() or 1) == 1:
        yield None
        return
    (zone,) = con.execute("select current_setting('TimeZone')").fetchone() or ("",)
    with closing(con.cursor()) as other:
        load_functions(other, folder, zone)
        yield other


def plan_for_size(con: duckdb.DuckDBPyConnection) -> bool:
    """Leave out what pays on many rows only, while there are few; no row differs.

    That is two optimizers, and threads: handing a handful of rows over costs a tenth of a night.

    Returns whether there are few.
    """
    (rows,) = con.execute(
        "select coalesce(sum(estimated_size), 0) from duckdb_tables() where schema_name = 'raw' "
        "and database_name = current_database()"
    ).fetchone() or (0,)
    if rows <= FEW_ROWS:
        con.execute(f"set disabled_optimizers = '{NO_OPTIMIZERS},{_FOR_MANY_ROWS}'")
        con.execute("set threads = 1")
    return bool(rows <= FEW_ROWS)


def _drop_what_no_file_makes(con: duckdb.DuckDBPyConnection, models: Sequence[Model]) -> None:
    """Drop tables whose file was removed or renamed.

    Their figures would stay as they were for good.
    """
    made = {model.table for model in models}
    query = (
        "select schema_name || '.' || table_name from duckdb_tables() where schema_name in "
        f"{BUILT_SCHEMAS}"
    )
    for (table,) in con.execute(f"{query} and database_name = current_database()").fetchall():
        if table not in made:
            con.execute(f"drop table {table}")


@contextmanager
def tried(
    con: duckdb.DuckDBPyConnection,
    models: Sequence[Model],
    folder: Path,
    tables: Iterable[str],
    second: duckdb.DuckDBPyConnection | None = None,
) -> Iterator[IncrementalBuild]:
    """Build what `tables` are made of, for as long as the block lasts.

    Afterwards the build is rolled back, or committed when the block has set `is_kept`. A first
    build is not rolled back: the next one makes all tables anew.
    """
    wanted = set(tables)
    for model in reversed(models):
        if model.table in wanted:
            wanted |= model.reads
    chosen = {model.table: model for model in models if model.table in wanted}
    has_few_rows = plan_for_size(con)
    refresh = IncrementalBuild(con, models, read_macros(folder))
    if refresh.is_first:
        helper = second if has_few_rows else None

        def build(on: duckdb.DuckDBPyConnection, table: str) -> None:
            refresh.on(on).build(chosen[table])

        side_by_side(con, helper, needs(chosen), build, lambda _step: None)
        yield refresh
        return
    con.begin()
    try:
        for model in chosen.values():
            refresh.build(model)
        yield refresh
    except BaseException:
        con.rollback()
        raise
    if refresh.is_kept:
        con.commit()
    else:
        con.rollback()
