"""What people read about accounts: days, weeks, health, gaps, freshness, alerts.

Rows in, rows out, worked out by hand.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.support.models import FullBench, d, days, pick

DAILY = "account_id date followers reads"


def test_account_channel_daily_shows_people_as_favorites() -> None:
    bench = FullBench(as_of=d("2023-06-30"))
    bench.lines(
        "staging.channel_daily", "date channel reads readers favorites favoriters",
        (d("2023-06-27"), "全部", 9, 5, 3, 2), (d("2023-06-28"), "朋友圈", None, 0, None, None),
        account_id="a",
    )  # fmt: skip
    found = pick(
        bench.run("mart.account_channel_daily"),
        "date channel reads readers favorites favorite_times is_provisional",
    )
    assert found == [
        (d("2023-06-27"), "全部", 9, 5, 2, 3, False),
        (d("2023-06-28"), "朋友圈", None, 0, None, None, True),
    ]  # three days to 30 June


def test_account_daily_joins_followers_reads_and_other_platforms() -> None:
    bench = FullBench()
    bench.lines(
        "staging.follower_daily",
        "account_id date followers new_followers lost_followers net_followers",
        ("a", d("2023-06-01"), 100, 5, 2, None),
        ("a", d("2023-06-02"), None, 5, None, None),
    )
    bench.lines(
        "staging.channel_daily",
        "account_id date channel reads readers shares favorites favoriters published",
        ("a", d("2023-06-01"), "全部", 0, 7, 1, 3, 2, 1),
        ("a", d("2023-06-03"), "朋友圈", 9, 9, 9, 9, 9, 0),
    )
    bench.lines(
        "staging.platform_daily",
        "account_id date plays reads shares",
        ("v", d("2023-06-01"), 50, None, 3),
    )
    found = pick(
        bench.run("mart.account_daily"),
        (
            "account_id date followers new_followers lost_followers net_followers reads readers "
            "shares favorites favorite_times plays published"
        ),
    )
    assert found == [
        ("a", d("2023-06-01"), 100, 5, 2, 3, 0, 7, 1, 2, 3, None, 1),  # no reads that day is 0
        (
            "a",
            d("2023-06-02"),
            None,
            5,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
        ),  # nobody counted is nothing; 3 June has no 全部: no row
        ("v", d("2023-06-01"), None, None, None, None, None, None, 3, None, None, 50, None),
    ]


def test_account_weekly_compares_complete_weeks_and_comparable_days() -> None:
    bench = FullBench(as_of=d("2023-01-16"))
    this = dict.fromkeys(days(d("2022-12-26"), d("2023-01-08")), 20) | {d("2023-01-01"): 50}
    base = dict.fromkeys(days(d("2021-12-27"), d("2022-01-09")), 10)  # 364 days before
    del base[d("2022-01-05")]  # the base of Wednesday 4 January 2023
    bench.lines(
        "mart.account_daily",
        DAILY,
        *(("a", day, None, reads) for day, reads in (this | base).items()),
    )
    bench.lines(
        "mart.account_daily",
        DAILY,
        ("a", d("2023-01-09"), 500, 30),
        ("a", d("2023-01-10"), 510, None),
        ("a", d("2023-01-15"), None, None),
    )
    rows = [row for row in bench.run("mart.account_weekly") if row["week_start"] >= d("2022-12-26")]
    found = pick(
        rows,
        (
            "iso_week followers reads reads_days previous_reads reads_wow_pct base_reads "
            "reads_yoy_pct"
        ),
    )
    assert found == [
        (
            "2022-W52",
            None,
            170,
            7,
            None,
            None,
            70,
            pytest.approx(100 * (170 / 70 - 1)),
        ),  # the week of the year's border: 6 x 20 + 50
        # 6 x 20 against 6 x 10
        ("2023-W01", None, 140, 7, 170, pytest.approx(100 * (140 / 170 - 1)), 60, 100),
        ("2023-W02", 510, 30, 1, 140, None, None, None),  # one day is no week
    ]


def test_account_health_at_its_borders() -> None:
    bench = FullBench(as_of=d("2023-06-30"))
    bench.lines(
        "raw.account",
        "account_id name",
        *(
            (name, name)
            for name in ("ok", "warn", "alarm", "veto", "stale", "never", "silent", "film")
        ),
    )
    # 6, 7, 10, 14 days
    posts = {"ok": "2023-06-24", "warn": "2023-06-23", "alarm": "2023-06-20", "veto": "2023-06-16"}
    bench.lines(
        "mart.article", "account_id published_on", *((name, d(day)) for name, day in posts.items())
    )
    bench.lines("mart.video", "account_id published_on", ("film", d("2023-06-29")))
    until = dict.fromkeys((*posts, "silent"), "2023-06-30") | {"stale": "2023-06-22"}
    bench.lines(
        "mart.account_daily",
        "account_id date reads published",
        *((name, d(day), 5, 0) for name, day in until.items()),
        ("stale", d("2023-06-21"), 5, 1),
    )
    assert pick(bench.run("staging.known_posting", "mart.account_health"),
        "account_id days_since_post verdict data_until") == [
        ("alarm", 10, "alarm", d("2023-06-30")), ("film", 1, "ok", d("2023-06-29")),
        ("never", None, "no_data", None), ("ok", 6, "ok", d("2023-06-30")),
        ("silent", None, "veto", d("2023-06-30")),  # data, and no post ever
        ("stale", None, "no_data", d("2023-06-22")),  # eight days behind: nobody knows
        ("veto", 14, "veto", d("2023-06-30")), ("warn", 7, "warn", d("2023-06-30")),
    ]  # fmt: skip


def test_data_gap_joins_missing_days_and_knows_zero_from_missing() -> None:
    bench = FullBench(as_of=d("2024-03-31"), year=2024)
    bench.lines(
        "mart.account_daily", f"{DAILY} readers", ("a", d("2024-02-27"), 10, 5, None),
        ("a", d("2024-02-28"), 10, 0, None), ("a", d("2024-03-01"), None, None, 4),
        ("a", d("2024-03-04"), 10, 5, None), ("b", d("2024-01-01"), None, 5, None),
    )  # fmt: skip
    found = pick(bench.run("mart.data_gap"), "account_id metric gap_from gap_to days")
    assert found == [
        ("a", "followers", d("2024-02-29"), d("2024-03-03"), 4),  # 29 February to 3 March
        ("a", "reads", d("2024-02-29"), d("2024-02-29"), 1),
        ("a", "reads", d("2024-03-02"), d("2024-03-03"), 2),
    ]


def test_data_freshness_by_folder_and_layout() -> None:
    bench = FullBench(as_of=d("2023-06-30"))
    early, late = (datetime(2023, 7, day, 8, tzinfo=ZoneInfo("Asia/Shanghai")) for day in (1, 2))
    bench.files(1, source="a", layout="growth", ingested_at=early)
    bench.files(2, source="a", layout="growth", ingested_at=late)
    bench.files(3, source="ledger", layout="ledger_activity", ingested_at=early)
    bench.lines(
        "staging.follower_daily_version",
        "load_seq date",
        (1, d("2023-06-20")),
        (1, d("2023-06-29")),
        (2, d("2023-06-10")),
    )
    found = pick(
        bench.run("mart.data_freshness"),
        "source layout last_date days_behind last_ingested_at files",
    )
    assert found == [
        ("a", "growth", d("2023-06-29"), 1, late, 2),
        ("ledger", "ledger_activity", None, None, early, 1),
    ]
