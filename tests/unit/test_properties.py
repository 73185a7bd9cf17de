"""Properties that hold for every declared layout, in every container and encoding it may come in.

Files are invented from the declarations (tests/support/invent.py), so a new layout is covered by
declaring it.
EXAMPLES=200 tries more files a layout and container than the one of an ordinary run.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectors.layout import Layout, load_layouts
from collectors.read.worker_pool import Reader
from pipeline.config.checkout import LAYOUT_FOLDER, TRANSFORMS
from pipeline.config.settings import SHARED_FOLDERS, Settings
from pipeline.ingest.files.outcomes import FileOutcome
from pipeline.ingest.inbox import InboxFile
from pipeline.ingest.load import Loader, Night
from pipeline.ingest.raw_tables import create_raw_tables
from pipeline.models.build import load_functions
from pipeline.warehouse.ddl import create_commented
from tests.support.containers import CONTAINERS, write_file
from tests.support.homes import CHECKOUT
from tests.support.invent import Invented, Inventor

LAYOUTS = load_layouts(LAYOUT_FOLDER)
LOADED = [layout for layout in LAYOUTS.values() if not layout.refuse]
EXAMPLES = int(os.environ.get("EXAMPLES", "1"))
more = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
seeds = given(seed=st.integers(0, 2**32))


class Desk:
    """A landing on a real database file, with a real reading process."""

    def __init__(self, folder: Path, reader: Reader) -> None:
        self.folder, self.reader, self.count = folder, reader, 0
        self.con = duckdb.connect(folder / "desk.duckdb")
        load_functions(self.con, TRANSFORMS)
        for schema in ("raw", "ops"):
            self.con.execute(f"create schema {schema}")
        create_commented(
            self.con, (CHECKOUT / "pipeline" / "warehouse" / "ops.sql").read_text("utf-8")
        )
        create_raw_tables(
            self.con, [table for layout in LAYOUTS.values() for table in layout.tables]
        )

    def wipe(self) -> None:
        """Forget all files: the same example may be tried again."""
        tables = {table.table for layout in LAYOUTS.values() for table in layout.tables}
        for name in (
            "ops.file",
            "ops.rejected_row",
            "ops.unreadable_value",
            *(f"raw.{table}" for table in tables),
        ):
            self.con.execute(f"delete from {name}")

    def land(self, layout: Layout, *paths: Path) -> list[FileOutcome]:
        """Land files in one go, as if they lay in the folder where the layout belongs."""
        source = layout.sources[0] if layout.sources[0] in SHARED_FOLDERS else "it"
        config = Settings.model_validate(
            {
                "plan": "2023",
                "accounts": [{"id": "it", "name": "它", "platform": layout.platform or "wechat"}],
            }
        )
        night = Night("r", date(2024, 1, 1), date(2024, 1, 1), config)
        files = [_as_found(path, source) for path in paths]
        loader = Loader(self.con, self.reader, LAYOUTS, night)
        with loader.reading(files):
            return loader.take(lambda _: None)

    def new_path(self) -> Path:
        """Return a name for the next file; it tells nothing."""
        self.count += 1
        return self.folder / f"file {self.count}"

    def rows(self, table: str, columns: list[str], sha256: str) -> list[tuple[Any, ...]]:
        """Return a file's raw rows."""
        listed = ", ".join(f'"{name}"' for name in columns)
        return sorted(
            self.con.execute(
                f"select {listed} from raw.{table} where sha256 = ?", [sha256]
            ).fetchall(),
            key=str,
        )


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with Reader(LAYOUTS) as reader:
        yield Desk(tmp_path_factory.mktemp("desk"), reader)


def containers(layout: Layout) -> tuple[str, ...]:
    """A layout that reads its sheet's name comes as a workbook only."""
    needs_sheet = any(column.sheet_name for table in layout.tables for column in table.columns)
    return ("xlsx", "xls") if needs_sheet else CONTAINERS


def _as_found(path: Path, source: str) -> InboxFile:
    stat = path.stat()
    sha = hashlib.sha256(path.read_bytes()).hexdigest()
    return InboxFile(path, source, sha, stat.st_size, stat.st_mtime_ns)


@pytest.mark.parametrize("layout", LOADED, ids=lambda layout: layout.id)
@more
@seeds
def test_every_row_of_a_file_is_accounted_for(desk: Desk, layout: Layout, seed: int) -> None:
    """Another file in each container; all are landed in one statement, as a night lands them."""
    desk.wipe()
    made: dict[Path, tuple[str, Invented]] = {}
    for place, container in enumerate(containers(layout)):
        file = Inventor(layout, Random(seed + place), start=100 * place).file()
        path = desk.new_path()
        write_file(path, file.sheets, container)
        made[path] = container, file
    receipts = {receipt.file.path: receipt for receipt in desk.land(layout, *made)}
    for path, (container, file) in made.items():
        receipt, expected = receipts[path], file.expected
        assert (receipt.status, receipt.layout) == ("loaded", layout.id), (
            f"{container}: {receipt.reason}"
        )
        tally = receipt.tally
        found = (tally.loaded, tally.rejected, tally.duplicate, tally.unreadable)
        assert found == (
            expected.loaded, expected.rejected, expected.duplicate, expected.unreadable,
        ), container  # fmt: skip
        assert tally.total == tally.loaded + tally.rejected + tally.duplicate
        sha = receipt.file.sha256
        noted = desk.con.execute(
            "select count(*) from ops.rejected_row where sha256 = ?", [sha]
        ).fetchall()
        assert noted == [(expected.rejected,)]
        for table, rows in expected.kept.items():
            names = sorted({name for row in rows for name in row})
            kept = sorted((tuple(row.get(name) or None for name in names) for row in rows), key=str)
            assert desk.rows(table, names, sha) == kept, container
    again = desk.land(layout, *made)
    assert {(one.status, one.tally.total) for one in again} == {("duplicate", 0)}
