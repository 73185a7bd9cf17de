"""Livestreams known by date only and the same ones known with a time.

Matched when there is one candidate, else asked.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.support.models import FullBench, pick

MODELS = ("staging.live_version", "staging.live_start", "staging.live_match", "staging.live")
COLUMNS = "load_seq row_number source title started_at viewers views"
Line = tuple[int, int, str, str, str, str | None, str | None]


def bench_with(*lines: Line) -> FullBench:
    """Lives of one account on 视频号: file, row, folder, title, start, viewers, views."""
    bench = FullBench()
    bench.files(1, 2, 3, known_on=date(2023, 6, 29))
    same: dict[str, Any] = {"sheet": "s", "platform": "视频号", "account_name": "上海城管"}
    bench.lines("raw.ledger_live", COLUMNS, *lines, **same)
    return bench


def clock(bench: FullBench, *models: str) -> list[tuple[Any, ...]]:
    """Start as Beijing hour, viewers, views, title."""
    rows = bench.run(*models)
    for row in rows:
        row["hour"] = f"{row['started_at']:%m-%d %H:%M}"
    return pick(rows, "hour viewers views title")


def test_a_version_tells_a_day_from_an_hour() -> None:
    bench = bench_with(
        (1, 2, "ledger", "甲", "2023-06-01", "5", None),
        (1, 3, "ledger", "乙", "2023-06-01 00:00", None, "7"),
    )
    rows = bench.run("staging.live_version")
    assert pick(rows, "title has_clock viewers views") == [
        ("乙", True, None, 7),
        ("甲", False, 5, None),
    ]
    # midnight and the bare day are one key, as ever
    assert rows[0]["live_key"] == rows[1]["live_key"]


def test_a_day_joins_the_only_session_of_that_day() -> None:
    # The ledger (files 1 and 3) knows the day, the export (file 2) the hour: one session, each
    # column's newest value.
    bench = bench_with(
        (1, 2, "ledger", "开放日", "2023-06-01", "100", None),
        (2, 2, "v", "开放日直播", "2023-06-01 19:00", "120", "300"),
        (3, 2, "ledger", "开放日", "2023-06-01", "130", None),
        (2, 3, "v", "别的", "2023-06-02 19:00", None, "1"),
    )
    assert clock(bench, *MODELS) == [
        ("06-01 19:00", 130, 300, "开放日"),
        ("06-02 19:00", None, 1, "别的"),
    ]
    assert bench.run("mart.review_queue") == []


def test_two_candidates_are_asked_and_not_merged() -> None:
    bench = bench_with(
        (1, 2, "ledger", "开放日", "2023-06-01", "100", None),
        (2, 2, "v", "开放日上午", "2023-06-01 09:00", None, None),
        (2, 3, "v", "开放日下午", "2023-06-01 14:00", None, None),
    )
    hours = [hour for hour, *_ in clock(bench, *MODELS)]
    assert hours == ["06-01 00:00", "06-01 09:00", "06-01 14:00"]
    ((kind, title, question),) = pick(bench.run("mart.review_queue"), "kind title question_zh")
    assert (kind, title) == ("直播归并", "开放日")
    assert "2 场直播（开放日上午；开放日下午）" in question


def test_other_titles_are_merged_and_told() -> None:
    bench = bench_with(
        (1, 2, "ledger", "局长访谈", "2023-06-01", None, None),
        (2, 2, "v", "夜查", "2023-06-01 09:00", "5", None),
    )
    matches = pick(
        bench.run("staging.live_version", "staging.live_start", "staging.live_match"),
        "title candidates is_same_title",
    )
    assert matches == [("局长访谈", 1, False)]
    assert len(bench.run(*MODELS)) == 1
    assert [row["review_id"] for row in bench.run("mart.review_queue")] != []


def test_two_lines_of_one_file_are_two_sessions() -> None:
    bench = bench_with(
        (1, 2, "ledger", "甲", "2023-06-01", None, None),
        (1, 3, "ledger", "乙", "2023-06-01 09:00", None, None),
    )
    assert bench.run("staging.live_version", "staging.live_start", "staging.live_match") == []
    assert len(bench.run(*MODELS)) == 2
