"""A night that fails names the file and the cell; without that file the next one succeeds."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.config.decisions import append_decision
from pipeline.config.home import Home
from tests.support.desk_files import IMPLAUSIBLE, LEDGER
from tests.support.homes import make_home, pipeline, rows, run

TWICE = """-- 每天的活动
-- grain: started_on
select
    started_on          -- 开始日期
from staging.activity
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = make_home(tmp_path / "home")
    (home / "transforms").mkdir()
    good = LEDGER + "一,进社区,2023-05-01,广场,黄浦区,30\n"
    (home / "inbox" / "ledger" / "四月.csv").write_text(good, "utf-8")
    return home


def failed(home: Path) -> list[tuple[object, ...]]:
    query = (
        "select original_name, row_number, column_name, value, is_certain, reason_zh "
        "from ops.run_failure where run_id = (select max(run_id) from ops.run) order by all"
    )
    return rows(home, query)


def test_the_cell_that_broke_a_check_is_named_and_the_file_can_be_left_out(home: Path) -> None:
    (home / "transforms" / "size.sql").write_text(IMPLAUSIBLE, "utf-8")
    run(home, "2023-06-11")
    bad = LEDGER + "二,进社区,2023-05-02,广场,黄浦区,40\n三,进社区,2023-05-03,广场,黄浦区,7654321\n"
    (home / "inbox" / "ledger" / "五月.csv").write_text(bad, "utf-8")
    (home / "inbox" / "ledger" / "六月.csv").write_text(
        LEDGER + "四,进社区,2023-06-02,广场,黄浦区,20\n", "utf-8"
    )
    done = pipeline(home, "run", "--as-of", "2023-06-11")
    assert done.returncode == 1
    assert failed(home) == [
        ("五月.csv", 3, "参与人数", "7654321", True,
            "“五月.csv”第3行的“参与人数”是“7654321”，不合规定。")
    ]  # fmt: skip
    assert rows(home, "select count(*) from mart.activity") == [(1,)], "the last good night stands"
    ((sha256,),) = rows(home, "select sha256 from ops.run_failure")
    append_decision(Home(home), "withdraw", sha256, "ledger", by="宣传处")
    run(home, "2023-06-11")
    assert rows(home, "select count(*) from mart.activity") == [(2,)], "四月 and 六月"
    assert rows(home, "select status from ops.file where original_name = '五月.csv'") == [
        ("withdrawn",)
    ]


def test_two_rows_of_one_key_are_named(home: Path) -> None:
    (home / "transforms" / "twice.sql").write_text(TWICE, "utf-8")
    run(home, "2023-06-11")
    (home / "inbox" / "ledger" / "五月.csv").write_text(
        LEDGER + "二,进社区,2023-05-01,广场,静安区,40\n", "utf-8"
    )
    assert pipeline(home, "run", "--as-of", "2023-06-11").returncode == 1
    assert failed(home) == [
        ("五月.csv", 2, None, None, True,
            "“五月.csv”第2行与另一行重复（开始日期“2023-05-01”），不知以哪行为准。")
    ]  # fmt: skip


def test_an_error_of_a_model_may_be_any_file_of_the_night(home: Path) -> None:
    run(home, "2023-06-11")
    (home / "transforms" / "broken.sql").write_text(
        "-- 坏的\n-- grain: a\nselect cast(name as integer) as a -- 甲\nfrom mart.activity\n",
        "utf-8",
    )
    (home / "inbox" / "ledger" / "五月.csv").write_text(
        LEDGER + "二,进社区,2023-05-01,广场,静安区,40\n", "utf-8"
    )
    assert pipeline(home, "run", "--as-of", "2023-06-11").returncode == 1
    assert [row[:5] for row in failed(home)] == [("五月.csv", None, None, None, False)]
