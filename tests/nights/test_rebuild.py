"""The warehouse made again from the archive: every row as the nights landed it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.homes import (
    drop_growth,
    make_home,
    pipeline,
    rows,
    run,
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with two accounts."""
    return make_home(tmp_path / "home")


def test_rebuild_from_the_archive_equals_the_warehouse(home: Path) -> None:
    """Two nights, a restatement, a bad row, a file that a killed night left half tidied.

    All there again without the warehouse.
    """
    drop_growth(
        home,
        "june.xls",
        ("2023-06-29", "1", "0", "1", "100"),
        ("2023-06-30", "x", "0", "1", "101"),
        ("2099-01-01", "1", "0", "1", "9"),
    )
    killed = pipeline(
        home, "run", "--as-of", "2023-06-30", env={**os.environ, "FAILPOINT_KILL": "archive"}
    )
    assert killed.returncode == 137
    drop_growth(
        home, "july.xls", ("2023-06-30", "1", "0", "1", "111"), ("2023-07-01", "1", "0", "1", "112")
    )
    run(home, "2023-07-31")
    queries = [
        "select * exclude (load_seq) from raw.wechat_follower_daily order by all",
        "select * exclude (run_id) from ops.rejected_row order by all",
        (
            "select sha256, source, layout, rows_total, rows_loaded, rows_rejected, load_seq, "
            "known_on from ops.file where status = 'loaded' order by load_seq"
        ),
        "select * from mart.account_daily order by all",
        "select * from mart.target_progress order by position",
    ]
    before = [rows(home, query) for query in queries]
    assert len(before[0]) == 4
    (home / "warehouse.duckdb").unlink()
    done = pipeline(home, "rebuild", "--as-of", "2023-07-31")
    assert done.returncode == 0, done.stderr
    assert [rows(home, query) for query in queries] == before


def test_rebuild_dates_rows_by_the_year_in_the_name_the_file_came_with(home: Path) -> None:
    """The archive calls a file by its digest, which may hold four digits that look like a year."""
    ledger = "活动名称,活动日期,主办单位\n开放日,6月15日,市局\n"
    (home / "inbox" / "ledger" / "2023年活动.csv").write_text(ledger, "utf-8")
    run(home, "2023-07-31")
    query = "select cast(started_on as varchar) from mart.activity"
    assert rows(home, query) == [("2023-06-15",)]
    assert pipeline(home, "rebuild", "--as-of", "2023-07-31").returncode == 0
    assert rows(home, query) == [("2023-06-15",)]
