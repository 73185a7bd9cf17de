"""decisions.jsonl: what is appended is on disk and comes back.

A damaged line is reported and spoils no other.
"""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.config.decisions import KINDS, append_decision, read_decisions, read_log
from pipeline.config.home import Home
from tests.support.homes import make_home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(make_home(tmp_path / "home"))


def test_what_is_appended_comes_back(home: Home) -> None:
    one = append_decision(home, "unit", "宝杉区", "宝山区", by="张三", note="笔误\n两行")
    two = append_decision(home, "tone", "m1", by="李四")
    assert read_decisions(home) == [one, two]
    assert (two.value, two.note) == (None, "")
    assert stat.S_IMODE(home.decisions.stat().st_mode) == 0o640
    # a line break in a note stays within its line
    assert len(home.decisions.read_text("utf-8").splitlines()) == 2


def test_no_file_is_no_decision(home: Home) -> None:
    assert read_log(home) == ([], [])


def test_a_half_last_line_is_passed_over_and_spoils_no_later_one(home: Home) -> None:
    first = append_decision(home, "alert", "a1", by="张三")
    with home.decisions.open("ab") as stream:
        stream.write('{"at": "2023-06-01T08:00:00+08:00", "by": "张'.encode()[:-1])
    assert read_log(home) == ([first], [])
    second = append_decision(home, "alert", "a2", by="张三")
    log = read_log(home)
    assert log.decisions == [first, second]
    assert len(log.broken) == 1  # the half line is a whole line by now: reported
    assert "第 2 行" in log.broken[0]


@pytest.mark.parametrize(
    "line",
    [
        b"{}",
        b"null",
        b"\xff\xfe",
        b'{"at": "2023-06-01T08:00:00", "by": "a", "kind": "tone", "subject": "x"}',  # no time zone
        b'{"at": "2023-06-01T08:00:00Z", "by": "a", "kind": "color", "subject": "x"}',
        b'{"at": "2023-06-01T08:00:00Z", "by": "a", "kind": "tone", "subject": ""}',
        b'{"at": "2023-06-01T08:00:00Z", "by": "a", "kind": "tone", "subject": 7}',
    ],
)
def test_a_broken_line_is_reported_by_its_number(home: Home, line: bytes) -> None:
    home.decisions.write_bytes(b"\n" + line + b"\n")
    after = append_decision(home, "tone", "m1", "正面", by="张三")
    log = read_log(home)
    assert log.decisions == [after]
    assert ["第 2 行" in told for told in log.broken] == [True]


def test_many_writers_lose_no_line(home: Home) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(
                lambda n: append_decision(home, "note", f"weekly/{n}", "字" * 3000, by="a"),
                range(40),
            )
        )
    assert sorted(int(one.subject[7:]) for one in read_decisions(home)) == list(range(40))


def test_every_kind_is_on_the_page_of_kinds() -> None:
    page = (Path(__file__).parents[2] / "docs" / "guide" / "decisions.md").read_text("utf-8")
    assert [kind for kind in KINDS if f"| `{kind}` |" not in page] == []
