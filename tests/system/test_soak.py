"""A short soak (two months of nights, every fault, a year's end), and that its judge sees what it must."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest

from benchmarks.soak.__main__ import last_day, lines_of
from benchmarks.soak.exports import Drop, Office
from benchmarks.soak.judge import miscounts, problems, vanished_row
from benchmarks.soak.landed import Landed
from benchmarks.soak.run import Outcome, Soak, plan_text
from benchmarks.soak.sizes import sizes, table
from benchmarks.soak.world import ACCOUNTS, World, days
from tests.oracles.truth import Asked

if TYPE_CHECKING:
    from pathlib import Path

FIRST, LAST = date(2022, 11, 1), date(2022, 12, 31)


@pytest.fixture(scope="module")
def soaked(tmp_path_factory: pytest.TempPathFactory) -> Soak:
    home = tmp_path_factory.mktemp("soak")
    soak = Soak(home, World(4, FIRST, LAST), 15, lambda _: None)
    soak.run()
    return soak


def test_every_figure_is_the_truth_at_each_month_end(soaked: Soak) -> None:
    outcome = soaked.outcome
    assert outcome.wrong == []
    assert (outcome.nights, outcome.months, outcome.years_rebuilt, outcome.reruns) == (6, 2, 1, 1)


def test_sizes_are_those_of_the_files(soaked: Soak, tmp_path: Path) -> None:
    assert list(soaked.outcome.sizes) == [2022]
    (tmp_path / "archive" / "ab").mkdir(parents=True)
    for name, length in (
        ("warehouse.duckdb", 2**21),
        ("archive/ab/x", 5),
        ("archive/ab/y", 7),
        ("note", 3),
    ):
        (tmp_path / name).write_bytes(b"." * length)
    found = sizes(tmp_path)
    assert (found["warehouse.duckdb"], found["archive"], found["held"], found["other"]) == (
        2**21,
        12,
        0,
        3,
    )
    assert table({2022: found})[-1] == "| 2022 | 2.0 | 0.0 | 0.0 | 0.0 | 0.0 | 0.0 |"


def test_the_short_soak_meets_every_fault(soaked: Soak) -> None:
    truth, counts = soaked.truth, soaked.truth.counts
    for name in ("loaded", "duplicate", "quarantined", "rejected", "unreadable", "restated"):
        assert counts[name] > 0, name
    assert truth.has("articles_people"), "no export of the newer make came"
    assert any(file.name.startswith("found-") for file in truth.files), "no export came late"
    assert any(file.kind == "live" and file.source == "v" for file in truth.files), (
        "no live came from both sides"
    )
    assert len(vanished_row(truth, Asked.of(LAST, LAST.year))) > 0, "no row of a ledger vanished"


def test_the_judge_names_a_figure_that_differs(soaked: Soak) -> None:
    truth = soaked.truth.snapshot(2022, tomllib.loads(plan_text(2022)), LAST)
    row = max(
        (
            row
            for file in truth.files
            if file.kind == "growth" and file.source == "m"
            for row in file.rows
            if row["followers"]
        ),
        key=lambda row: str(row["date"]),
    )  # fmt: skip
    right, row["followers"] = row["followers"], row["followers"] + 1
    try:
        found = problems(soaked.home.root, truth, LAST)
    finally:
        row["followers"] = right
    assert f"followers is {right:.1f}, the oracle says {right + 1:.1f}" in "\n".join(found)
    assert any(
        line.startswith("mart.target_progress ('wechat_followers',): actual") for line in found
    )


def test_the_judge_counts_what_ops_counts(soaked: Soak) -> None:
    assert miscounts(soaked.home.root, soaked.truth) == []
    soaked.truth.counts["rejected"] += 1
    try:
        (line,) = miscounts(soaked.home.root, soaked.truth)
    finally:
        soaked.truth.counts["rejected"] -= 1
    assert line.startswith("ops rejected: is ")


def drop(
    name: str, followers: int | None, at: str, *, content: str = "", is_export: bool = True
) -> Drop:
    """A 用户增长 export of one day."""
    rows = [{"date": date(2022, 1, 1), "new": 1, "lost": 0, "net": 1, "followers": followers}]
    return Drop(
        date(2022, 1, 2), "m", name, (content or name).encode(), datetime.fromisoformat(at),
        "growth", rows, 1, is_export=is_export,
    )  # fmt: skip


def test_the_truth_takes_files_as_the_rules_say() -> None:
    """Later night, then modified later, then the name; the same bytes change nothing.

    An empty cell wipes nothing out.
    """
    truth = Landed(2022, ACCOUNTS, {})
    truth.night_of(
        date(2022, 1, 2),
        [
            drop("b", 2, "2022-01-02T09:00"), drop("a", 3, "2022-01-02T09:00"),
            drop("x", 9, "2022-01-01T09:00"),
        ],
    )  # fmt: skip
    assert [file.name for file in truth.files] == ["x", "a", "b"]
    assert truth.counts["restated"] == 2  # 9, 3, 2
    truth.night_of(
        date(2022, 1, 3),
        [
            drop("again", 3, "2022-01-05T09:00", content="a"), drop("c", None, "2021-01-01T09:00"),
            drop("page", 7, "2022-01-03T09:00", is_export=False),
        ],
    )  # fmt: skip
    assert [file.name for file in truth.files] == ["x", "a", "b", "c"]
    assert {
        name: truth.counts[name] for name in ("loaded", "duplicate", "quarantined", "restated")
    } == {"loaded": 4, "duplicate": 1, "quarantined": 1, "restated": 2}  # fmt: skip


def test_the_same_seed_gives_the_same_files() -> None:
    def rows(seed: int) -> list[tuple[str, str, object]]:
        office = Office(World(seed, FIRST, FIRST.replace(day=9)))
        return [
            (d.source, d.name, (d.modified, d.rows))
            for day in days(FIRST, FIRST.replace(day=9))
            for d in office.days_files(day)
        ]  # fmt: skip

    assert rows(7) == rows(7)
    assert rows(7) != rows(8)


def test_the_page_names_what_differs() -> None:
    outcome = Outcome(
        nights=2,
        months=1,
        wrong=["2022-01-31: mart.account_daily ('m',): reads is 1.0, the oracle says 2.0"],
    )
    outcome.seconds["night"] = 3.0
    lines = lines_of(outcome, 7, 1, 0.1)
    assert "| figures that differ | 1 |" in lines
    assert lines[-1] == "- 2022-01-31: mart.account_daily ('m',): reads is 1.0, the oracle says 2.0"
    assert last_day(date(2021, 1, 1), 36) == date(2023, 12, 31)
