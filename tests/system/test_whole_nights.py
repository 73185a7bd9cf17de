"""Whole nights with an invented file of every declared layout: how the files come must not matter.

EXAMPLES=200 tries more worlds than the one of an ordinary run.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from collectors.layout import Layout, load_layouts
from pipeline.config.checkout import LAYOUT_FOLDER
from pipeline.config.decisions import append_decision
from pipeline.config.home import Home
from pipeline.config.settings import SHARED_FOLDERS
from pipeline.run.night import run_night
from pipeline.run.run_config import NightResult, RunConfig
from tests.support.containers import Cells, write_file
from tests.support.invent import Inventor
from tests.unit.test_properties import containers

AS_OF = date(2024, 1, 1)
# one record a file, dated by the file itself: it has no halves and no order
ABOUT_NOW = {"channels_api_account"}
LAYOUTS = [
    one
    for one in load_layouts(LAYOUT_FOLDER).values()
    if not one.refuse and one.id not in ABOUT_NOW
]
WORLDS = max(1, int(os.environ.get("EXAMPLES", "4")) // 40)
PROVENANCE = {
    "file",
    "load_seq",
    "sha256",
    "sheet",
    "row_number",
    "last_ingested_at",
    "files",
    "original_name",
    "run_id",
}
# rows of these are files, and halves are two
OF_FILES = frozenset({"target_evidence_by_file"})
Answers = dict[str, list[tuple[Any, ...]]]


class World:
    """A home with an account for every platform; files land in it night by night."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.root, self.rng, self.count = folder, Random(seed), 0
        platforms = sorted({one.platform or "wechat" for one in LAYOUTS})
        accounts = "".join(
            (
                f'[[accounts]]\nid = "{p}"\nname = "{p}"\nplatform = "{p}"\nmain = '
                f"{str(p == 'wechat').lower()}\n"
            )
            for p in platforms
        )
        folder.mkdir()
        (folder / "pipeline.toml").write_text(f'plan = "2023"\n{accounts}', "utf-8")

    def drop(self, layout: Layout, sheets: dict[str, Cells], modified: int) -> None:
        """Put a file into the folder where its layout belongs."""
        source = (
            layout.sources[0]
            if layout.sources[0] in SHARED_FOLDERS
            else layout.platform or "wechat"
        )
        self.count += 1
        path = self.root / "inbox" / source / f"{self.count}"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, sheets, self.rng.choice(containers(layout)))
        os.utime(path, (modified, modified))

    def night(self) -> NightResult:
        """Run a night; it must publish and quarantine nothing.

        What a rule of the intake holds (invented followers leap from day to day) a person releases.
        """
        result = self._run()
        for outcome in result.outcomes:
            if outcome.status == "held":
                append_decision(Home(self.root), "release", outcome.file.sha256, by="张三")
        if result.count("held"):
            assert self._run().count("held") == 0
        return result

    def _run(self) -> NightResult:
        result = run_night(RunConfig.prepare(Home(self.root), AS_OF), lambda _: None)
        assert result.exit_code in (0, 3), result.message
        assert [
            outcome.reason for outcome in result.outcomes if outcome.status == "quarantined"
        ] == []
        return result

    def answers(self) -> Answers:
        """Return every mart as a set of rows, without the columns that say where a row came from."""
        with duckdb.connect(self.root / "warehouse.duckdb", read_only=True) as con:
            columns = con.execute(
                "select table_name, list(column_name order by column_index) from "
                "duckdb_columns() where schema_name = 'mart' group by all"
            ).fetchall()
            found: Answers = {}
            for table, names in columns:
                listed = ", ".join(f'"{name}"' for name in names if name not in PROVENANCE)
                found[table] = sorted(
                    con.execute(f"select {listed} from mart.{table}").fetchall(), key=str
                )
        return found


def inventors(seed: int) -> list[tuple[Layout, Inventor]]:
    """Return an inventor a layout; each has keys of its own, so no file supersedes another."""
    return [(one, Inventor(one, Random(seed + k), 20 * k)) for k, one in enumerate(LAYOUTS)]


@pytest.mark.parametrize("seed", range(WORLDS))
def test_files_whole_or_in_halves_in_any_order_give_the_same_marts(
    tmp_path: Path, seed: int
) -> None:
    files = [(layout, inventor.file(flaws=False)) for layout, inventor in inventors(seed)]
    whole = World(tmp_path / "whole", seed)
    for layout, made in files:
        whole.drop(layout, made.sheets, 1_700_000_000)
    whole.night()
    split = World(tmp_path / "split", seed + 1)
    for night in (1, 0):
        for layout, made in reversed(files):
            for half in made.halves()[night : night + 1]:
                split.drop(layout, half, 1_700_000_000 - night)
        split.night()
    expected = whole.answers()
    assert sum(map(len, expected.values())) > 100
    found = split.answers()
    tables = sorted(expected.keys() - OF_FILES)
    assert [table for table in tables if found[table] != expected[table]] == []


@pytest.mark.parametrize("seed", range(WORLDS))
def test_flawed_files_in_another_order_and_twice_give_the_same_marts(
    tmp_path: Path, seed: int
) -> None:
    files = [(layout, inventor.file()) for layout, inventor in inventors(seed + 1000)]
    one = World(tmp_path / "one", seed)
    for number, (layout, made) in enumerate(files):
        one.drop(layout, made.sheets, 1_700_000_000 + number)
    result = one.night()
    for outcome in result.outcomes:
        assert (
            outcome.tally.total
            == outcome.tally.loaded + outcome.tally.rejected + outcome.tally.duplicate
        )
    other = World(tmp_path / "other", seed)
    for number, (layout, made) in enumerate(files):
        other.drop(layout, made.sheets, 1_700_000_000 - number)
    other.night()
    expected = one.answers()
    assert other.answers() == expected
    for path in (one.root / "archive").rglob("*"):
        if path.is_file() and path.suffix != ".json":
            source = next(
                r.file.source for r in result.outcomes if path.name.startswith(r.file.sha256)
            )
            (one.root / "inbox" / source / path.name).write_bytes(path.read_bytes())
    again = one.night()
    assert {outcome.status for outcome in again.outcomes} == {"duplicate"}
    assert one.answers() == expected
