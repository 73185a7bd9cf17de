"""A first night lands its tables on two connections: all rows of all files once, or none."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.config.home import Home
from pipeline.ingest import load
from pipeline.ingest.land import Incoming, RowCounts, land
from pipeline.run.night import run_night
from pipeline.run.run_config import NightResult, RunConfig
from tests.support.containers import write_file
from tests.support.homes import growth_html, make_home, rows

DAYS = [(f"2023-01-0{day}", "5", "1", "4", str(100 + 4 * day)) for day in range(1, 5)]
ACTIVITIES = {
    "活动": [["开始日期", "活动名称", "主办单位"], ["2023-01-02", "门责进社区", "黄浦区城管执法局"]]
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    folder = make_home(tmp_path / "home")
    (folder / "inbox" / "main-wechat" / "good.xls").write_text(growth_html(*DAYS[:2]), "utf-8")
    (folder / "inbox" / "side-wechat" / "bad.xls").write_text(growth_html(*DAYS[2:]), "utf-8")
    write_file(folder / "inbox" / "ledger" / "活动.xlsx", ACTIVITIES, "xlsx")
    return Home(folder)


def night(home: Home) -> NightResult:
    return run_night(RunConfig.prepare(home, date(2023, 1, 31)), lambda _: None)


def landed(home: Home) -> dict[str, int]:
    query = "select source, count(*) from {} group by source"
    found: dict[str, int] = {}
    for table in ("raw.wechat_follower_daily", "raw.ledger_activity"):
        found |= dict(rows(home.root, query.format(table)))
    return found


def test_tables_are_landed_by_two_threads(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    both, threads = threading.Barrier(2, timeout=30), set[int]()

    def watched(*words: Any) -> dict[int, RowCounts]:
        both.wait()  # breaks unless the other table is being landed, too
        threads.add(threading.get_ident())
        return land(*words)

    monkeypatch.setattr(load, "land", watched)
    assert night(home).exit_code == 0
    assert len(threads) == 2
    assert landed(home) == {"main-wechat": 2, "side-wechat": 2, "ledger": 1}


def test_a_file_that_cannot_be_landed_costs_itself_alone(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All is rolled back on both connections, and landed file by file."""

    def fails(
        con: duckdb.DuckDBPyConnection, blocks: Sequence[Incoming], *words: Any
    ) -> dict[int, RowCounts]:
        found = land(con, blocks, *words)
        if any(one.source == "side-wechat" for one in blocks):
            raise ValueError("spoiled")
        return found

    monkeypatch.setattr(load, "land", fails)
    result = night(home)
    assert result.exit_code == 3
    assert Counter(one.status for one in result.outcomes) == {"loaded": 2, "quarantined": 1}
    assert landed(home) == {"main-wechat": 2, "ledger": 1}
    assert result.rows("loaded") == 3


def test_half_of_a_commit_publishes_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing:
        """A second connection that cannot commit."""

        def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
            self._con = con

        def commit(self) -> None:
            raise duckdb.TransactionException("no room")

        def __getattr__(self, name: str) -> Any:
            return getattr(self._con, name)

    original = load.Loader._connections
    monkeypatch.setattr(
        load.Loader,
        "_connections",
        lambda self: [one if one is self.con else Failing(one) for one in original(self)],
    )
    result = night(home)
    assert (result.exit_code, result.status) == (1, "failed")
    assert "half of the files' rows were landed" in result.message
    assert (
        rows(home.root, "select table_name from duckdb_tables() where schema_name = 'mart'") == []
    )
    assert len(list(home.inbox.rglob("*.xls*"))) == 3
