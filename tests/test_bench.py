"""The benchmarks measure what they say: every row lands, every step is counted once, a ratio says who was faster."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import duckdb
import pytest

from benchmarks.bench import Line, Watch, landing, night_on
from benchmarks.machine import machine, write_between

if TYPE_CHECKING:
    from pathlib import Path


def test_every_row_lands(tmp_path: Path) -> None:
    (line,) = landing(tmp_path, 300)
    assert line.what.startswith("300 CSV rows")
    with duckdb.connect(tmp_path / "other.duckdb") as con:
        assert con.execute("select count(*) from t").fetchone() == (300,)


def test_a_history_has_the_rows_it_says(tmp_path: Path) -> None:
    count, spent, size = night_on(tmp_path, 14_000)
    # one account has 1,095 days × (9 channels + 1 + 3 articles) = 14,235 rows
    assert count == 14_235
    assert {"copy", "staging.channel_daily", "mart.target_progress"} <= set(spent)
    assert size > 1


def test_a_ratio_says_who_was_faster() -> None:
    assert Line("", 2.0, "", 21.0, "", met=True).ratio == "10.5 × faster"
    assert Line("", 3.0, "", 2.0, "", met=True).ratio == "1.5 ×"


def test_a_watch_adds_up_the_whole_time() -> None:
    watch = Watch()
    began = time.perf_counter()
    for name in ("a", "b", "a"):
        watch.step(name)
    spent = watch.done()
    assert set(spent) == {"start", "a", "b"}
    assert 0 <= sum(spent.values()) <= time.perf_counter() - began + 0.1


def test_a_page_without_markers_is_told(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("nothing", "utf-8")
    with pytest.raises(SystemExit, match="markers"):
        write_between(tmp_path / "page.md", "bench", [])
    assert "DuckDB 2" in machine()
