"""The restore drill.

A backup is put into a scratch home, built again from its archive, and compared with its warehouse.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.base.errors import PipelineError
from pipeline.config.home import Home
from pipeline.run.keep.backup import restore
from pipeline.run.rebuild import rebuild
from pipeline.run.run_config import RunConfig
from pipeline.warehouse.ddl import sql_literal
from pipeline.warehouse.publish import NO_EXTENSIONS, open_published

if TYPE_CHECKING:
    import duckdb

# what the files said and what follows from it; ops.* also tells of the nights themselves
_COMPARED = ("raw", "staging", "mart")
# tells which run is looking (the rebuild is another one than the night), not what the files say
_OF_THE_RUN = "is_new"


def drill(folder: Path) -> int:
    """Prove that a backup gives the same figures.

    Returns how many tables are equal, PipelineError names one that is not.
    """
    with tempfile.TemporaryDirectory(prefix="pipeline-drill-") as scratch:
        home = Home(Path(scratch) / "home")
        restore(folder, home)
        with open_published(home) as con:
            (as_of,) = con.execute("select as_of from ops.context").fetchone() or (None,)
        kept = home.root / "as-backed-up.duckdb"
        kept.hardlink_to(home.warehouse)  # rebuilding replaces the warehouse by another file
        rebuild(RunConfig.prepare(home, as_of), lambda _: None)
        return compare(kept, home)


def compare(before: Path, home: Home) -> int:
    """Return how many tables of raw, staging and mart hold the same rows in both.

    PipelineError at the first that does not.
    """
    import duckdb

    with duckdb.connect(config=NO_EXTENSIONS) as con:
        con.execute(f"attach {sql_literal(str(before))} as before (read_only)")
        con.execute(f"attach {sql_literal(str(home.warehouse))} as after (read_only)")
        names = _tables(con)
        for name in names:
            _require_equal(con, name)
        return len(names)


def _tables(con: duckdb.DuckDBPyConnection) -> list[str]:
    rows = con.execute(
        (
            "select distinct schema_name || '.' || table_name from duckdb_tables() where "
            "list_contains(?, schema_name) order by 1"
        ),
        [list(_COMPARED)],
    ).fetchall()
    return [name for (name,) in rows]


def _require_equal(con: duckdb.DuckDBPyConnection, name: str) -> None:
    import duckdb

    try:
        lost = _only_in(con, f"before.{name}", f"after.{name}")
        new = _only_in(con, f"after.{name}", f"before.{name}")
    except duckdb.Error as error:
        raise PipelineError(
            f"{name} stands in only one of the two, or with other columns: {error}"
        ) from error
    if lost or new:
        raise PipelineError(
            f"{name}: {lost} row(s) of the backup's warehouse are not what its archive "
            f"gives, {new} row(s) are new. "
            "Were plan, layouts or models changed since that night? If not, keep the backup "
            "and tell the maintainers."
        )


def _only_in(con: duckdb.DuckDBPyConnection, one: str, other: str) -> int:
    columns = f"columns(lambda name: name <> '{_OF_THE_RUN}')"
    query = (
        f"select count(*) from (select {columns} from {one} except all select {columns} from "
        f"{other})"
    )
    (count,) = con.execute(query).fetchone() or (0,)
    return int(count)
