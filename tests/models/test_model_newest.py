"""Tables that keep each column's newest known value.

For every single column, 1 then 2 then nothing gives 2. Rows in, rows out.

The other tests of these models (tests/test_model_*.py) show how columns play together.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.support.models import FullBench

DAY = date(2023, 6, 1)
VERSIONED: dict[str, tuple[str, dict[str, Any], str]] = {
    "staging.follower_daily": (
        "staging.follower_daily_version", {"account_id": "a", "date": DAY},
        "new_followers lost_followers net_followers followers",
    ),
    "staging.channel_daily": (
        "staging.channel_daily_version",
        {"account_id": "a", "date": DAY, "channel": "全部"},
        "reads readers shares sharers favorites favoriters published",
    ),
    "staging.article": (
        "staging.article_version",
        {"account_id": "a", "article_id": "x", "window_rank": 1, "published_on": DAY, "title": "t"},
        ("reads readers shares sharers delivered followers_gained finish_rate window_days url"),
    ),
    "mart.video": (
        "staging.video_version",
        {"account_id": "a", "video_id": "x", "published_on": DAY, "title": "t"},
        (
            "plays reads impressions likes hearts thumbs comments shares forwards "
            "favorites followers_gained finish_rate avg_play_seconds form url"
        ),
    ),
}  # fmt: skip
LIVE = (
    "duration_seconds viewers views peak_online avg_watch_seconds cheers comments shares "
    "followers_gained"
)
PLATFORM = "plays reads reads_or_plays impressions likes comments shares favorites"


@pytest.mark.parametrize(
    ("model", "column"),
    [(model, column) for model, (_, _, columns) in VERSIONED.items() for column in columns.split()],
)
def test_every_column_keeps_its_newest_known_value(model: str, column: str) -> None:
    source, key, columns = VERSIONED[model]
    bench = FullBench()
    bench.put("raw.account", {"account_id": "a"})
    first, second = (
        ("https://a", "https://b")
        if column in ("url", "form")
        else (0.25, 0.5)
        if column == "finish_rate"
        else (2, 1)
    )
    # the newer value is the smaller one, so that neither the largest nor the oldest passes for it
    others = (
        {name: 7 for name in columns.split() if name not in (column, "finish_rate", "url", "form")}
        if column == "window_days"
        else {}
    )
    for seq, value in ((1, first), (2, second), (3, None)):
        bench.put(
            source, {**key, **({} if value is None else others), "load_seq": seq, column: value}
        )
    (row,) = bench.run(model)
    assert row[column] == second


@pytest.mark.parametrize("column", LIVE.split())
def test_live_keeps_every_columns_newest_known_value(column: str) -> None:
    bench = FullBench()
    bench.files(1, 2, 3)
    known = {
        "account_name": "号",
        "platform": "视频号",
        "started_at": "2023-06-01 09:00",
        "title": "t",
        "sheet": "s",
        "row_number": 1,
    }
    for seq, value in ((1, "20"), (2, "10"), (3, None)):
        bench.put("raw.ledger_live", {**known, "load_seq": seq, column: value})
    (row,) = bench.run(
        "staging.live_version", "staging.live_start", "staging.live_match", "staging.live"
    )
    assert row[column] == 10


@pytest.mark.parametrize("column", PLATFORM.split())
def test_platform_daily_keeps_every_columns_newest_known_value(column: str) -> None:
    bench = FullBench()
    bench.files(1, 2, 3, layout="weibo_daily", original_name="x.xlsx")
    for seq, value in ((1, "20"), (2, "10"), (3, None)):
        bench.put(
            "raw.platform_daily",
            {"source": "a", "date": "2023-06-01", "load_seq": seq, column: value},
        )
    (row,) = bench.run("staging.platform_daily_version", "staging.platform_daily")
    assert (row[column], row["load_seq"]) == (10, 3)
