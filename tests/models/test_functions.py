"""Reading values: every spelling people and platforms use, and nothing guessed.

Expectations worked out by hand.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import duckdb
import pytest

from pipeline.config.checkout import TRANSFORMS
from pipeline.models.build import load_functions


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    """A connection with the macros."""
    connection = duckdb.connect()
    load_functions(connection, TRANSFORMS)
    return connection


COUNTS = {
    "12": 12, " 12 ": 12, "1,234": 1234, "１２３": 123, "1.2万": 12000, "3w": 30000,
    "2亿": 200_000_000, "92.0": 92,
    "10万+": 100_001, "10W+": 100_001, "100000+": 100_001, "≥100000": 100_001, "100001": 100_001,
    "1000+": 1000,
    "约3000": 3000, "3000余": 3000, "近2万": 20000, "0": 0,
    "-": None, "--": None, "—": None, "/": None, "": None, "  ": None, "null": None, "无": None,
    "N/A": None, "暂无数据": None, "10万以上": 100_001, "3000以上": 3000,
    "1.5": None, "-3": None, "1.2.3": None, "2023-01-01": None, "12人": None, "1,2,3": None,
    "x": None,
    "99999999999999999999999": None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "value"), COUNTS.items())
def test_counts(con: duckdb.DuckDBPyConnection, text: str, value: int | None) -> None:
    assert con.execute("select to_count($1)", [text]).fetchone() == (value,)


OTHERS: list[tuple[str, str, Any]] = [
    ("to_net", "－5", -5), ("to_net", "-12", -12),
    ("to_rate", "0.4", 0.4), ("to_rate", "40.5%", 0.405), ("to_rate", "<0.1%", 0.001),
    ("to_rate", "1.2", None),
    ("to_rate", "120%", None), ("to_rate", "-", None), ("to_percent", "16.55", 16.55),
    ("to_duration", "14.73秒", 14.73), ("to_duration", "1:32:00", 5520),
    ("to_duration", "92分钟", 5520),
    ("to_duration", "1.5小时", 5400), ("to_duration", "5400", 5400), ("to_duration", "x", None),
    ("to_bool", "是", True), ("to_bool", "否", False), ("to_bool", "也许", None),
    ("is_capped", "10万+", True), ("is_capped", "100000", False), ("is_capped", "20万+", False),
    ("is_estimate", "约3000", True), ("is_estimate", "3000", False),
    ("to_tone", "正面", "正面"), ("to_tone", " POSITIVE ", "正面"), ("to_tone", "正向", "正面"),
    ("to_tone", "积极", "正面"), ("to_tone", "正面（0.98）", "正面"), ("to_tone", "正面信息", "正面"),
    ("to_tone", "Negative", "负面"), ("to_tone", "消极", "负面"), ("to_tone", "中立", "中性"),
    ("to_tone", "偏正面", None), ("to_tone", "非负面", None), ("to_tone", "敏感", None),
    ("to_tone", "正面/负面", None), ("to_tone", "1", None), ("to_tone", "正常", None),
    ("is_blank", "暂无", True), ("is_blank", "n/a", True), ("is_blank", "暂无排名", False),
    ("to_url", "见 http://a.cn/b；http://c.cn", "http://a.cn/b"), ("to_url", "无", None),
    ("lacks_address", "见附件", True), ("lacks_address", "xinmin.cn/a/1.html", True),
    ("lacks_address", "无", False), ("lacks_address", " － ", False),
    ("lacks_address", "暂无链接", False), ("lacks_address", "N/A", False),
    ("lacks_address", "www.a.cn/1", False), ("lacks_address", "原文：HTTPS://a.cn/1", False),
    ("lacks_address", "http://", True), ("lacks_address", "/news/1.html", True),
    (
        "canonical_url", "http://mp.weixin.qq.com/s?__biz=M==&mid=22&idx=1&sn=8#rd",
        "mp.weixin.qq.com/s?__biz=M==&mid=22&idx=1",
    ),
    (
        "canonical_url", "https://www.example.cn/a?utm_source=x&id=3&from=y#c",
        "example.cn/a?id=3&from=y",
    ),
    ("canonical_url", "http://m.example.cn/", None),
    (
        "unwrapped_url", "https://www.google.com/url?url=https%3A%2F%2Fn.cn%2F%E4%BD%A0",
        "https://n.cn/你",
    ),
    (
        "unwrapped_url", "https://www.google.com/url?url=http%E4%BD",
        "https://www.google.com/url?url=http%E4%BD",
    ),
    ("plain_title", "【头条】上海城管：夜查“噪声”_要闻_示例网", "上海城管夜查噪声"),
]  # fmt: skip


@pytest.mark.parametrize(("macro", "text", "value"), OTHERS)
def test_other_kinds(con: duckdb.DuckDBPyConnection, macro: str, text: str, value: Any) -> None:
    assert con.execute(f"select {macro}($1)", [text]).fetchone() == (
        pytest.approx(value) if isinstance(value, float) else value,
    )


D = date(2026, 7, 15)
DATES: list[tuple[str, str, Any]] = [
    ("to_day", "2026-07-15", D), ("to_day", "2026-07-15 09:30:00", D), ("to_day", "20260715", D),
    ("to_day", "20260715.0", D),
    ("to_day", "2026/7/15", D), ("to_day", "2026.07.15", D),
    ("to_day", "2026年07月15日15时39分28秒", D), ("to_day", "46218.5", D),
    ("to_day", "7月15日", D), ("to_day", "7.15", D), ("to_day", "7月15日-17日", None),
    ("to_range_start", "7月15日-17日", D), ("to_day", "1784079000", D),
    ("to_day", "2026-02-30", None), ("to_day", "20261301", None), ("to_day", "明天", None),
    ("to_day", "99999", None),
    ("to_moment", "2026-07-15 09:30", datetime(2026, 7, 15, 9, 30)),
    ("to_moment", "46218.5", datetime(2026, 7, 15, 12)),
    ("to_moment", "2026年07月15日15时39分28秒", datetime(2026, 7, 15, 15, 39, 28)),
    ("to_moment", "2026-07-15 25:30", None),
    ("to_moment", "7月15日 19:00", datetime(2026, 7, 15, 19)),
    ("to_range_end", "7月15日-17日", date(2026, 7, 17)),
    ("to_range_end", "2026/7/15-8/2", date(2026, 8, 2)),
    ("to_range_end", "2026-07-15", None),
    ("to_month", "2026年7月", date(2026, 7, 1)), ("to_month", "202607", date(2026, 7, 1)),
    ("to_month", "7月", date(2026, 7, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("macro", "text", "value"), DATES)
def test_dates(con: duckdb.DuckDBPyConnection, macro: str, text: str, value: Any) -> None:
    assert con.execute(f"select {macro}($1, 2026)", [text]).fetchone() == (value,)


def test_a_day_without_a_year_is_not_guessed(con: duckdb.DuckDBPyConnection) -> None:
    assert con.execute("select to_day('7月15日', null), to_month('7月', null)").fetchone() == (
        None,
        None,
    )
