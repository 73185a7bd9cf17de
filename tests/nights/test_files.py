"""Undo.

A withdrawn file's rows count nowhere as of the next night and everywhere again after restore.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from pipeline.base.errors import ConfigError
from pipeline.config.decisions import read_decisions
from pipeline.config.home import Home
from pipeline.run.files import decide, list_files
from tests.support.homes import growth_html, make_home, pipeline, rows
from tests.support.nights import build_again, night

FOLLOWERS = (
    "select cast(date as varchar), followers from mart.account_daily where account_id = "
    "'main-wechat' order by 1"
)
FIRST, SECOND = ("2023-01-01", "1", "0", "1", "100"), ("2023-01-02", "2", "0", "2", "102")
BOTH, ONE = [("2023-01-01", 100), ("2023-01-02", 102)], [("2023-01-01", 100)]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home into which one file came on 31 January, another on 1 February."""
    home = make_home(tmp_path / "home")
    drop(home, "a.xls", FIRST)
    night(home, "2023-01-31")
    drop(home, "b.xls", SECOND)
    night(home, "2023-02-01")
    return home


def drop(home: Path, name: str, *days: tuple[str, ...], folder: str = "main-wechat") -> str:
    """Drop a 用户增长 export; returns its digest."""
    path = home / "inbox" / folder / name
    path.write_text(growth_html(*days), "utf-8")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def sha(home: Path, name: str) -> str:
    return next(one.sha256 for one in list_files(Home(home)) if one.original_name == name)


def status(home: Path, name: str) -> list[tuple[str, str | None]]:
    return rows(home, f"select status, reason from ops.file where original_name = '{name}'")


def test_a_withdrawn_file_counts_nowhere_until_it_is_restored(home: Path) -> None:
    assert rows(home, FOLLOWERS) == BOTH
    decide(Home(home), "withdraw", sha(home, "b.xls")[:8], by="张三", note="放错了")
    assert rows(home, FOLLOWERS) == BOTH  # as of the next night, not before
    night(home, "2023-02-02")
    assert rows(home, FOLLOWERS) == ONE
    assert status(home, "b.xls") == [("withdrawn", "已撤下（张三）：放错了")]
    build_again(home, "2023-02-02")
    assert rows(home, FOLLOWERS) == ONE
    assert status(home, "b.xls") == [("withdrawn", "已撤下（张三）：放错了")]
    decide(Home(home), "restore", sha(home, "b.xls"), by="张三")
    night(home, "2023-02-03")
    assert rows(home, FOLLOWERS) == BOTH
    assert status(home, "b.xls") == [("loaded", None)]
    # as of each earlier day, the figures as they were known then
    for day, expected in (("2023-02-01", BOTH), ("2023-02-02", ONE), ("2023-02-03", BOTH)):
        night(home, day)
        assert rows(home, FOLLOWERS) == expected, day


def test_it_comes_to_the_same_after_the_warehouse_is_lost(home: Path) -> None:
    decide(Home(home), "withdraw", sha(home, "b.xls"), by="张三", note="放错了")
    night(home, "2023-02-02")
    (home / "warehouse.duckdb").unlink()
    build_again(home, "2023-02-02")
    assert rows(home, FOLLOWERS) == ONE


def test_a_withdrawn_file_dropped_again_changes_nothing_and_is_reported(home: Path) -> None:
    decide(Home(home), "withdraw", sha(home, "b.xls"), by="张三", note="放错了")
    night(home, "2023-02-02")
    drop(home, "c.xls", SECOND)
    result = night(home, "2023-02-03", code=3)
    assert [(one.status, "files restore" in (one.reason or "")) for one in result.outcomes] == [
        ("duplicate", True)
    ]
    assert rows(home, FOLLOWERS) == ONE


@pytest.mark.parametrize(
    "words", [["release", "abcdef"], ["withdraw", "abcdef", "--reason", "x"], ["restore", ""]]
)
def test_an_unknown_file_ends_with_2_and_a_list(home: Path, words: list[str]) -> None:
    done = pipeline(home, "files", *words)
    assert done.returncode == 2
    # only what may be withdrawn is offered
    assert ("a.xls" in done.stderr) == (words[0] == "withdraw")
    assert read_decisions(Home(home)) == []


def test_a_decision_that_does_not_fit_the_status_is_refused(home: Path) -> None:
    with pytest.raises(ConfigError, match="loaded"):
        decide(Home(home), "release", sha(home, "a.xls"), by="张三")
    with pytest.raises(ConfigError, match="loaded"):
        decide(Home(home), "restore", sha(home, "a.xls"), by="张三")


def test_the_list_names_status_and_reason(home: Path) -> None:
    decide(Home(home), "withdraw", sha(home, "b.xls"), by="张三", note="放错了")
    listed = json.loads(pipeline(home, "files", "--json").stdout)
    found = {
        one["original_name"]: (one["status"], one["state"], one["decided_by"]) for one in listed
    }
    assert found == {"a.xls": ("loaded", "loaded", None), "b.xls": ("loaded", "withdrawn", "张三")}
    assert "已撤下" in pipeline(home, "files").stdout


@pytest.mark.parametrize("moment", ["transform", "publish: on disk", "publish: renamed"])
def test_a_night_killed_after_a_withdrawal_leaves_the_next_to_do_it(
    home: Path, moment: str
) -> None:
    decide(Home(home), "withdraw", sha(home, "b.xls"), by="张三", note="放错了")
    killed = pipeline(
        home, "run", "--as-of", "2023-02-02", env={**os.environ, "FAILPOINT_KILL": moment}
    )
    assert killed.returncode == 137
    assert rows(home, FOLLOWERS) == (ONE if moment == "publish: renamed" else BOTH)
    night(home, "2023-02-02")
    assert rows(home, FOLLOWERS) == ONE
