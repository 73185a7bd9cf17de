"""The benchmarks measure what they say.

Every row lands, every step is counted once, a ratio says who was faster.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import duckdb
import pytest

from benchmarks.bench.__main__ import page
from benchmarks.bench.growth import nights_on, verdict
from benchmarks.bench.landing import landing
from benchmarks.bench.marts import marts
from benchmarks.bench.measure import Findings, Line
from benchmarks.bench.night import FILES, chosen
from benchmarks.bench.one_night import Watch, grouped
from benchmarks.history import Mix
from benchmarks.machine import machine, write_between
from benchmarks.rivals.dbt_project import translated, write_project
from pipeline.config.checkout import TRANSFORMS
from pipeline.models.folder import load_models, read_model

if TYPE_CHECKING:
    from pathlib import Path


def test_every_row_lands(tmp_path: Path) -> None:
    lines = landing(tmp_path, 300).lines
    assert {line.what for line in lines} == {"300 CSV rows landed, every cell judged"}
    with duckdb.connect(tmp_path / "other.duckdb") as con:
        assert con.execute("select count(*) from t").fetchone() == (300,)


def test_a_mix_counts_its_rows() -> None:
    # 1,095 days × (9 channels + 1 + 3 articles); an article of the last three days was counted on
    # 3, 2, 1 days instead of 4
    assert Mix().rows_per_account == 14_235
    assert Mix(4).article_days_per_account == 3 * (1_092 * 4 + 3 + 2 + 1)
    assert Mix(4).rows_per_account == 14_235 + 13_122


def test_two_nights_have_the_rows_they_say(tmp_path: Path) -> None:
    count, nights = nights_on(tmp_path / "home", 14_000)  # one account
    assert count == 27_357
    assert nights["first"]["rows"] == 0
    # 25 rows a day: 10,000 rows are 400 days; the articles of the last three were counted on fewer
    # days
    assert nights["second"]["rows"] == 400 * (9 + 1 + 3) + 3 * (397 * 4 + 3 + 2 + 1)
    # on 399 days four figures a channel, three of the followers, four an article are one higher
    # than before
    assert nights["second"]["restated"] == 399 * (9 * 4 + 3 + 3 * 4)
    assert nights["first"]["peak_mb"] > 50
    assert not (tmp_path / "home").exists()


def test_all_models_are_computed_on_both_sides(tmp_path: Path) -> None:
    # one account; the articles of its last 39 days were counted on fewer than 40
    found = marts(tmp_path, 1)
    free, limited = found.lines  # the other side in all memory, and in the night's
    assert (free.what, free.ours) == (limited.what, limited.ours)
    assert [one.other_name.partition(", ")[2] for one in found.lines] == [
        "in all memory",
        "in the night's 1200MB",
    ]
    assert (
        f"on {3 * (1_095 * 40 - 39 * 40 // 2):,} daily article rows (143,295 rows of raw)"
        in limited.what
    )
    assert all(line.other is not None and line.other > 0 for line in found.lines)
    assert any("| mart.article_daily | 129,060 |" in row for row in found.text)


@pytest.mark.parametrize(
    ("line", "ratio", "goal", "verdict_"),
    [
        (Line("", 2.0, "", 21.0, at_least=10), "10.5 × faster", "≥ 10 × faster", "yes"),
        (Line("", 2.2, "", 21.0, at_least=10), "9.5 × faster", "≥ 10 × faster", "**no**"),
        (Line("", 3.0, "", 2.0, at_most=1.5), "1.5 ×", "≤ 1.5 ×", "yes"),
        (Line("", 3.2, "", 2.0, at_most=1.5), "1.6 ×", "≤ 1.5 ×", "**no**"),
        (Line("", 0.2, "", 0.01, seconds_at_most=0.3), "20.0 ×", "≤ 0.3 s", "yes"),
        (Line("", 0.4, "", 0.01, seconds_at_most=0.3), "40.0 ×", "≤ 0.3 s", "**no**"),
        (Line("", 3.0, "", 2.0), "1.5 ×", "", ""),
        (Line("", 3.0, "", None, at_least=5), "not installed", "≥ 5 × faster", ""),
    ],
)
def test_a_line_says_who_was_faster_and_whether_that_is_enough(
    line: Line, ratio: str, goal: str, verdict_: str
) -> None:
    assert (line.ratio, line.goal, line.verdict) == (ratio, goal, verdict_)


def test_the_verdict_on_growth_leaves_the_copy_out() -> None:
    nights = {
        rows: {"landing": 1.0, "computing": work, "other": 1.0, "copying": 100.0, "peak_mb": peak}
        for rows, work, peak in ((50_000_000, 12.0, 2_000.0), (1_000_000, 2.0, 500.0))
    }
    ratio, peak = verdict(nights)
    assert "3.5 × (goal ≤ 3 ×: **no**)" in ratio
    assert "2,000 MB (goal ≤ 2,048 MB: yes)" in peak


def test_a_watch_adds_up_the_whole_time() -> None:
    watch = Watch()
    began = time.perf_counter()
    for name in ("a", "b", "a"):
        watch.step(name)
    assert watch.around(lambda x: x + 1, "inner")(1) == 2
    spent = watch.done()
    assert set(spent) == {"start", "a", "b", "inner"}
    assert 0 <= sum(spent.values()) <= time.perf_counter() - began + 0.1


def test_every_step_belongs_to_one_group() -> None:
    steps = (
        "start",
        "copy",
        "file copy",
        "land",
        "a0/x.csv",
        "transform",
        "staging.article",
        "mart.story",
        "publish",
        "archive",
    )
    assert grouped(dict.fromkeys(steps, 1.0)) == {
        "copying": 2.0,
        "computing": 3.0,
        "landing": 2.0,
        "other": 3.0,
    }


def test_the_night_is_thirty_files_of_all_kinds() -> None:
    paths = [path for path, _ in chosen()]
    assert len(set(paths)) == FILES == 30
    assert sum("/ledger/" in path for path in paths) == 7
    assert {path.rsplit(".", 1)[1] for path in paths} == {"xls", "xlsx", "csv"}
    assert not any("食堂" in path or "(1)" in path for path in paths)


def test_a_model_becomes_dbts(tmp_path: Path) -> None:
    path = tmp_path / "mart" / "x.sql"
    path.parent.mkdir()
    path.write_text(
        (
            "-- 说明 mart.none\n-- grain: a\nselect s.a -- 列\nfrom staging.article as s\njoin "
            "raw.unit as u on true\nJOIN mart.article as m on true\n"
        ),
        "utf-8",
    )
    text = translated(read_model(path))
    assert text.split() == [
        "select",
        "s.a",
        "from",
        "{{",
        "ref('staging__article')",
        "}}",
        "as",
        "s",
        "join",
        "raw.unit",
        "as",
        "u",
        "on",
        "true",
        "JOIN",
        "{{",
        "ref('mart__article')",
        "}}",
        "as",
        "m",
        "on",
        "true",
    ]
    path.write_text("select s.a from raw.unit, staging.article as s", "utf-8")
    with pytest.raises(ValueError, match=r"staging\.article"):
        translated(read_model(path))


def test_the_dbt_project_has_every_model_and_its_grain(tmp_path: Path) -> None:
    models = load_models(TRANSFORMS)
    folder = write_project(tmp_path / "project", models, tmp_path / "x.duckdb")
    names = [path.stem for path in (folder / "models").rglob("*.sql")]
    assert sorted(names) == sorted(f"{model.schema}__{model.name}" for model in models)
    assert (folder / "models" / "tests.yml").read_text("utf-8").count('"columns"') == len(models)
    assert "temp macro" not in (folder / "macros" / "rules.sql").read_text("utf-8")


def test_the_page_has_one_table_and_what_sections_add() -> None:
    lines = page(
        [
            Findings([Line("a", 1.0, "b", 2.0)]),
            Findings(text=["more"]),
            Findings([Line("c", 1.0, "d", None)]),
        ]
    )
    assert lines[2].startswith("| what |")
    assert lines[4:] == [
        "| a | 1.00 s | b | 2.00 s | 2.0 × faster |  |  |",
        "| c | 1.00 s | d |  | not installed |  |  |",
        "",
        "more",
    ]


def test_a_page_without_markers_is_told(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("nothing", "utf-8")
    with pytest.raises(SystemExit, match="markers"):
        write_between(tmp_path / "page.md", "bench", [])
    assert "DuckDB 2" in machine()
