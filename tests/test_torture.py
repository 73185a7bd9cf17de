"""The judge of the torture sees what it must: half a night, a lost file, a figure that differs; and one real round."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import duckdb
import pytest

from benchmarks.invariants import contents, differences, fingerprint, lost
from benchmarks.torture import Outcome, killed, lines_of, prepare, recovers, scratch

if TYPE_CHECKING:
    from pathlib import Path


def warehouse(home: Path, value: str) -> Path:
    home.mkdir(exist_ok=True)
    (home / "warehouse.duckdb").unlink(missing_ok=True)
    with duckdb.connect(home / "warehouse.duckdb") as con:
        con.execute(f"create schema mart; create table mart.t as select {value} as v, now() as ingested_at")
    return home


def test_a_cell_that_differs_is_seen_and_the_time_of_the_run_is_not(tmp_path: Path) -> None:
    one, same, other = (fingerprint(warehouse(tmp_path / "h", value)) for value in ("1", "1", "null"))
    assert differences(one, same) == []
    assert differences(other, one) == ["mart.t"]
    assert differences(other, one, other) == []


def test_a_mixture_of_two_nights_is_neither() -> None:
    before, after = {"a": (1, 1), "b": (1, 1)}, {"a": (2, 2), "b": (2, 2)}
    assert differences({"a": (2, 2), "b": (1, 1)}, before, after) != []
    assert differences(after, before, after) == []


def test_a_torn_file_is_no_warehouse(tmp_path: Path) -> None:
    home = warehouse(tmp_path / "h", "1")
    content = (home / "warehouse.duckdb").read_bytes()
    (home / "warehouse.duckdb").write_bytes(content[:5000])
    with pytest.raises(duckdb.Error):
        fingerprint(home)


def test_a_file_is_lost_only_when_it_is_nowhere(tmp_path: Path) -> None:
    for name in ("inbox", "archive", "quarantine"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "f").write_text(name, "utf-8")
    dropped = contents(tmp_path / "inbox", tmp_path / "archive", tmp_path / "quarantine")
    assert (len(dropped), lost(tmp_path, dropped)) == (3, 0)
    (tmp_path / "quarantine" / "f").unlink()
    assert lost(tmp_path, dropped) == 1


def test_one_round_on_a_real_night(tmp_path: Path) -> None:
    bench = prepare(tmp_path)
    assert bench.before != bench.after
    with scratch(bench, tmp_path) as home:
        assert killed(home, bench.seconds / 3)
        assert list(recovers(bench, home)) == []
    with scratch(bench, tmp_path) as home:  # a judge that cannot see a broken promise is none
        shutil.rmtree(home / "inbox" / "news")
        found = list(recovers(bench, home))
        assert any("lost" in problem for problem in found)
        assert any("differ" in problem for problem in found)


def test_the_page_names_what_broke() -> None:
    lines = lines_of([Outcome("kill", 3, 2, ["seed 7 round 1: lost"])], 7, 12.4)
    assert "| kill | 3 | 2 | 1 |" in lines
    assert lines[-1] == "- kill: seed 7 round 1: lost"
