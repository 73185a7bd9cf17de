"""Build the warehouse in a private file and publish it by an atomic rename.

One writer, many readers (docs/architecture.md).
"""

from __future__ import annotations

import hashlib
import shutil
import threading
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.base.errors import PipelineError, TransientError
from pipeline.base.failpoints import failpoint
from pipeline.base.fsync import sync
from pipeline.base.lock import held
from pipeline.config.checkout import DEFAULT_TIMEZONE
from pipeline.warehouse.ddl import create_commented, sql_literal, transaction
from pipeline.warehouse.definitions import made_once

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    import duckdb

    from pipeline.config.home import Home

# What does not fit is spilled beside the build; with Python, Arrow and the allocator's slack a
# night stays below 2 GB.
MEMORY = "1200MB"
# Readable by DuckDB 1.4, 1.5 and 2.0 clients; no extension is ever fetched.
Config = dict[str, str | bool | int | float | list[str]]  # as duckdb.connect takes it
NO_EXTENSIONS: Config = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
# It goes through the expanded macros once more and finds nothing to do: a sixth of the models'
# planning, half of the judging's.
NO_OPTIMIZERS = "in_clause"
_BUILD_CONFIG: Config = {
    **NO_EXTENSIONS,
    "storage_compatibility_version": "v1.4.0",
    "preserve_insertion_order": "true",
    "memory_limit": MEMORY,
    # A crash throws the build away, and `publish` syncs it whole before anybody sees it.
    "fsync_mode": "NONE",
    "disabled_optimizers": NO_OPTIMIZERS,
}
# Queries cannot reach files, so they cannot spill either: one that needs more than half of the
# machine's memory ends with an error.
_READING_CONFIG: Config = {**NO_EXTENSIONS, "temp_directory": "", "memory_limit": "50%"}
SCHEMAS = ("mart", "office", "staging", "raw", "ops")  # in the order people look


class BrokenWarehouseError(PipelineError):
    """The published file is there, but no sound DuckDB database.

    Truncated, altered, or something else.
    """


def run_lock(home: Home, *, wait_seconds: float = 0) -> AbstractContextManager[None]:
    """Hold the home's lock; TransientError when another run still holds it after `wait_seconds`."""
    busy = f"another run holds {home.lock}. Wait until it ends, then run again."
    return held(home.lock, busy, wait_seconds=wait_seconds)


def start_build(home: Home, *, copy: bool = True) -> Path:
    """Return the path of a private copy of the published warehouse, or of an empty one.

    Leftovers of a crash go. Where no empty one was made ahead, nothing is there yet.
    """
    shutil.rmtree(home.build, ignore_errors=True)
    home.build.mkdir(parents=True)
    build = home.build / "warehouse.duckdb"
    origin = home.warehouse if copy and home.warehouse.exists() else empty_warehouse()
    if origin.exists():
        shutil.copyfile(origin, build)
        build.chmod(0o600)
    return build


def empty_warehouse() -> Path:
    """Return where the empty warehouse of this DuckDB and these ops tables lies, if one was made."""
    origin = f"{version('duckdb')} {_BUILD_CONFIG} {_ops_tables()}"
    digest = hashlib.sha256(origin.encode()).hexdigest()
    return Path(__file__).with_name(f".empty-{digest[:16]}.duckdb")


def _ops_tables() -> str:
    return Path(__file__).with_name("ops.sql").read_text("utf-8")


def open_build(build: Path) -> duckdb.DuckDBPyConnection:
    """Open a build for writing, with all schemas and the ops tables there."""
    import duckdb

    try:
        con = duckdb.connect(str(build), config=_BUILD_CONFIG)
    except duckdb.Error as error:
        raise broken_warehouse(build, error) from error
    with transaction(con):
        for name in SCHEMAS:
            con.execute(f"create schema if not exists {name}")
        tables = _ops_tables()
        with made_once(con, "ops.sql", tables) as must_make:
            if must_make:
                create_commented(con, tables)
    use_timezone(con, published_timezone(con))
    return con


def use_timezone(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Set the connection's time zone.

    What a wall clock without zone means, and how instants are shown.
    """
    con.execute(f"set timezone = {sql_literal(name)}")


def published_timezone(con: duckdb.DuckDBPyConnection) -> str:
    """Return the time zone of the last published night (ops.context).

    In a warehouse that has none it is the default.
    """
    import duckdb

    try:
        row = con.execute("select max(timezone) from ops.context").fetchone()
    except (
        duckdb.BinderException,
        duckdb.CatalogException,
    ):  # published by an older version, or a private build
        row = None
    return str(row[0]) if row and row[0] else DEFAULT_TIMEZONE


def publish(build: Path, home: Home) -> None:
    """Put a closed build in the place of the warehouse.

    Readers see the old file or the new one, never between.
    """
    build.chmod(0o444)
    sync(build)
    failpoint("publish: on disk")
    build.replace(home.warehouse)
    failpoint("publish: renamed")
    sync(home.root)
    failpoint("publish: done")
    home.warehouse.with_name(f"{home.warehouse.name}.wal").unlink(missing_ok=True)
    shutil.rmtree(home.build, ignore_errors=True)


def require_warehouse(home: Home) -> Path:
    """Return the published file; TransientError when no night has made one."""
    if not home.warehouse.exists():
        raise TransientError(
            f"no warehouse yet: {home.warehouse} does not exist. Run `python -m pipeline run` "
            "first."
        )
    return home.warehouse


@contextmanager
def time_limit(con: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Interrupt what a connection does after `seconds`; TransientError says so."""
    import duckdb

    watch = threading.Timer(seconds, con.interrupt)
    watch.daemon = True
    watch.start()
    try:
        yield
    except duckdb.InterruptException as error:
        raise TransientError(
            f"the query took longer than {seconds:g} s. Narrow it, or give it more time."
        ) from error
    finally:
        watch.cancel()


def broken_warehouse(path: Path, error: Exception) -> BrokenWarehouseError:
    """Return the error that names the way out of a warehouse file that DuckDB cannot read."""
    return BrokenWarehouseError(
        f"{path} cannot be read: {str(error).splitlines()[0]}. Every figure can be made again: "
        "run `python -m pipeline rebuild`, or `restore` the newest backup into a new folder."
    )


def open_published(home: Home) -> duckdb.DuckDBPyConnection:
    """Open the warehouse read-only and locked down.

    BrokenWarehouseError when the file is no sound database.
    """
    import duckdb

    require_warehouse(home)
    try:
        return _open_locked(home)
    except duckdb.Error as error:
        raise broken_warehouse(home.warehouse, error) from error


def _open_locked(home: Home) -> duckdb.DuckDBPyConnection:
    """Return a connection whose queries can read the warehouse's tables and nothing else."""
    import duckdb

    # Attached, not opened: a process that still holds an old night would get that one again by
    # path.
    con = duckdb.connect(config=_READING_CONFIG)
    con.execute(f"attach {sql_literal(str(home.warehouse))} as warehouse (read_only)")
    con.execute("use warehouse")
    use_timezone(con, published_timezone(con))
    con.execute("set enable_external_access = false")
    with suppress(
        duckdb.Error
    ):  # DuckDB sets secrets up when they are first asked for, and fails here for good: queries keep none
        con.execute("from duckdb_secrets()")
    # The setting above excepts the attached file, its .wal and the spill folder, for writing too;
    # the handle that is open needs no file system.
    con.execute("set disabled_filesystems = 'LocalFileSystem'")
    con.execute("set lock_configuration = true")
    return con
