"""`pipeline scrub`.

Read everything that was written long ago, and name what has rotted before it is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.base.errors import PipelineError
from pipeline.config.decisions import read_log
from pipeline.run.keep import archive_check, backup
from pipeline.warehouse.publish import broken_warehouse, open_published

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.config.home import Home


def scrub(home: Home, backups: Path | None = None) -> list[str]:
    """Return one line for each archived file, table, decision or backup that is not what it was.

    Nothing when all is sound.
    """
    return [
        *archive_check.problems(home),
        *_warehouse(home),
        *read_log(home).broken,
        *_backups(backups or home.root / "backup"),
    ]


def _warehouse(home: Home) -> list[str]:
    """Read every value of every table: DuckDB checks each block's digest as it reads it."""
    import duckdb

    if not home.warehouse.exists():
        return []
    try:
        with open_published(home) as con:
            tables = con.execute(
                "select schema_name, table_name from duckdb_tables() order by all"
            ).fetchall()
            for schema, table in tables:
                con.execute(
                    f'select count(*), max(hash(r)) from "{schema}"."{table}" as r'
                ).fetchall()
    except PipelineError as error:
        return [str(error)]
    except duckdb.Error as error:
        return [str(broken_warehouse(home.warehouse, error))]
    return []


def _backups(folder: Path) -> list[str]:
    found = []
    for one in backup.whole_backups(folder) if folder.is_dir() else ():
        try:
            backup.verify(one)
        except (PipelineError, OSError) as error:
            found.append(f"backup {one.name}: {error}")
    return found
