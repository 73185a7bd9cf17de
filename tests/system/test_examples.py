"""The examples: committed bytes, a sane world, and a whole night against the plain-Python oracle."""

from __future__ import annotations

import itertools
import zipfile
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from collectors.read.open import open_sheets
from examples import cookbook, write
from examples.home import HERE
from examples.home import make_home as example_home
from examples.world import BLEMISHES, make_world
from pipeline.config.checkout import TRANSFORMS
from pipeline.config.home import Home
from pipeline.export.data_dictionary import example_query
from pipeline.models.folder import load_models
from pipeline.warehouse.publish import open_published
from tests.support.homes import pipeline, rows, run
from tests.support.oracle import MAIN, expected

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The examples after one night as of the end of October."""
    home = example_home(tmp_path_factory.mktemp("examples"))
    return home, run(home, "2023-10-31", code=3)


def contents(path: Path) -> object:
    """Bytes of a file; of a workbook the parts, because zlib builds compress differently."""
    if path.suffix != ".xlsx":
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_committed_examples_are_what_the_writer_writes(tmp_path: Path) -> None:
    write.main(tmp_path)
    made = [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()]
    assert len(made) == 68
    assert [str(path) for path in made if contents(tmp_path / path) != contents(HERE / path)] == []


def test_world_keeps_its_identities() -> None:
    for days in make_world().days.values():
        for before, day in itertools.pairwise(days):
            assert day.followers == before.followers + day.new - day.lost
        for day in days:
            total, *parts = day.channels.values()
            assert max(part.reads for part in parts) <= total.reads
            assert total.readers <= total.reads


def test_every_file_finds_its_place(night: tuple[Path, dict[str, Any]]) -> None:
    home, result = night
    assert result["files"] == {"loaded": 65, "duplicate": 1, "quarantined": 1, "growing": 0}
    assert result["rows"]["rejected"] == 0
    assert [path for path in (home / "inbox").rglob("*") if path.is_file()] == []
    reason = (home / "quarantine" / "食堂菜单.xlsx.reason.txt").read_text("utf-8")
    assert "没有任何已知版式的表头" in reason
    assert "No header of any known layout" in reason
    archived = [
        path for path in (home / "archive").rglob("*") if path.suffix != ".json" and path.is_file()
    ]
    assert len(archived) == 65


@pytest.mark.parametrize("as_of", ["2023-10-31", "2023-06-30"])
def test_targets_equal_the_oracle(as_of: str, tmp_path: Path) -> None:
    home = example_home(tmp_path)
    run(home, as_of, code=3)
    names = (
        "target_id",
        "baseline",
        "target",
        "actual",
        "growth_pct",
        "days_covered",
        "days_expected",
    )
    found = {
        row[0]: dict(zip(names[1:], row[1:], strict=True))
        for row in rows(home, f"select {', '.join(names)} from mart.target_progress")
    }
    wanted = expected(date.fromisoformat(as_of))
    assert found.keys() == wanted.keys()
    for target, figures in wanted.items():
        for name in names[1:]:
            assert found[target][name] == pytest.approx(figures.get(name)), f"{target}.{name}"


def test_daily_figures_are_the_truth_after_restatement(night: tuple[Path, dict[str, Any]]) -> None:
    home, result = night
    truth = {day.date: day for day in make_world().days[MAIN]}
    found = rows(
        home,
        (
            "select date, reads, readers, new_followers, followers from mart.account_daily "
            f"where account_id = '{MAIN}'"
        ),
    )
    assert len(found) == len(truth)
    for day, reads, readers, new, followers in found:
        figures = truth[day].channels["全部"]
        gap = BLEMISHES.gap[0] <= day <= BLEMISHES.gap[1]
        assert (reads, readers) == ((None, None) if gap else (figures.reads, figures.readers))
        assert new == truth[day].new
        assert followers == (None if day == BLEMISHES.dash else truth[day].followers)
    # ten days, nine channels, and three metrics were 90 %: reads, readers, shares (some tiny shares
    # round to the same)
    assert result["restatements"] == sum(
        f * 9 // 10 != f
        for day in truth.values()
        if BLEMISHES.restated[0] <= day.date <= BLEMISHES.restated[1]
        for figures in day.channels.values()
        for f in (figures.reads, figures.readers, figures.shares)
    )


def test_gap_is_shown_and_nothing_is_filled(night: tuple[Path, dict[str, Any]]) -> None:
    home, _ = night
    gaps = rows(
        home, "select account_id, metric, gap_from, gap_to, days from mart.data_gap order by all"
    )
    assert gaps == [
        (MAIN, "followers", BLEMISHES.dash, BLEMISHES.dash, 1),
        (MAIN, "reads", *BLEMISHES.gap, 3),
    ]


def test_second_run_publishes_identical_figures(tmp_path: Path) -> None:
    home = example_home(tmp_path)
    run(home, "2023-10-31", code=3)
    query = "select * exclude (as_of) from mart.target_progress order by position"
    first = rows(home, query)
    done = pipeline(home, "run", "--as-of", "2023-10-31")
    assert done.returncode == 0
    assert "no new file" in done.stdout
    assert rows(home, query) == first


def test_every_figure_leads_back_to_its_rows(night: tuple[Path, dict[str, Any]]) -> None:
    """The evidence adds up to the figure, and a row of it says the same in the archived file."""
    home, _ = night
    query = """select p.target_id, p.actual, sum(e.value) filter (where p.kind = 'flow_growth'),
        count(distinct e.item_id) filter (where p.kind = 'count')
        from mart.target_progress as p
        join mart.target_evidence as e on e.target_id = p.target_id and e.in_plan_year
        group by all order by 1"""
    for target, actual, added, counted in rows(home, query):
        if target == "wechat_reads":
            assert added == actual
        elif target not in (
            "wechat_followers",
            "articles_10w",
        ):  # a 10W+ item may have a row in an export and one in a ledger
            assert counted == actual, target
    done = pipeline(home, "explain", "positive_reports")
    assert done.returncode == 0
    assert "媒体报道台账.xlsx" in done.stdout
    assert pipeline(home, "explain", "nonsense").returncode == 2
    assert pipeline(home, "explain", "wechat_reads").stdout.count("余下推算") == 1
    # new and lost
    assert pipeline(home, "explain", "wechat_followers").stdout.count("余下推算") == 2


def test_evidence_row_is_found_in_the_archived_file(night: tuple[Path, dict[str, Any]]) -> None:
    home, _ = night
    query = (
        "select sha256, row_number, value from mart.target_evidence where target_id = "
        "'wechat_reads' and date = '2023-10-10'"
    )
    ((sha256, row_number, value),) = rows(home, query)
    (path,) = (home / "archive" / sha256[:2]).glob(f"{sha256}.xls")
    row = open_sheets(path).grids[0].rows[row_number - 1]
    assert (row[0], row[1], row[-1]) == ("20231010", str(int(value)), "全部")
    assert (
        value
        == next(day for day in make_world().days[MAIN] if day.date == date(2023, 10, 10))
        .channels["全部"]
        .reads
    )


def test_every_recipe_of_the_cookbook_gives_what_the_book_says(
    night: tuple[Path, dict[str, Any]],
) -> None:
    book = cookbook.BOOK.read_text("utf-8")
    assert book.count("```sql") >= 25
    assert cookbook.filled(book, Home(night[0])) == book, (
        "run `python -m examples.cookbook` and look at what changed"
    )


def test_every_example_query_of_the_dictionary_runs(night: tuple[Path, dict[str, Any]]) -> None:
    models = load_models(TRANSFORMS)
    assert len(models) > 60
    with open_published(Home(night[0])) as con:
        for model in models:
            assert len(con.execute(example_query(model)).fetchall()) <= 5
