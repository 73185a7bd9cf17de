"""Breakouts, tags, times, channels, months: rows in, rows out."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from benchmarks.simulator import dates, new_year_factor
from tests.support.models import FullBench, pick

POST = "account_id kind post_id title published_on metric value is_provisional"


def d(text: str) -> date:
    return date.fromisoformat(text)


def test_post_reads_never_mixes_two_metrics_in_one_account() -> None:
    bench = FullBench()
    bench.lines(
        "mart.article", "account_id article_id published_on reads readers is_provisional",
        ("a", "1", d("2023-06-01"), 10, 8, False), ("a", "2", d("2023-06-02"), None, 7, False),
        ("a", "3", d("2023-06-03"), 12, None, False),
        ("b", "4", d("2023-06-01"), None, 5, False),
    )  # fmt: skip
    bench.lines(
        "mart.video", "account_id video_id published_on plays reads is_provisional",
        ("v", "5", d("2023-06-01"), 90, 3, False), ("v", "6", d("2023-06-01"), None, 4, False),
        ("v", "7", d("2023-06-01"), None, None, False),
    )  # fmt: skip
    # a has two figures of each metric, so reads; b has no reads
    assert pick(bench.run("staging.account_metric"), "account_id by_reads") == [
        ("a", True),
        ("b", False),
    ]
    assert pick(bench.run("staging.post_reads"), "account_id kind post_id metric value") == [
        ("a", "article", "1", "reads", 10), ("a", "article", "2", "reads", None),
        ("a", "article", "3", "reads", 12),
        ("b", "article", "4", "readers", 5),
        ("v", "video", "5", "plays", 90), ("v", "video", "6", "reads", 4),
        ("v", "video", "7", "plays", None),
    ]  # fmt: skip


def test_account_metric_is_readers_once_they_are_known_more_often() -> None:
    bench = FullBench()
    bench.lines(
        "mart.article", "account_id article_id reads readers", ("a", "1", 10, 8),
        ("a", "2", None, 7), ("b", "1", 9, None), ("b", "2", None, 7),
        ("c", "1", None, None),
    )  # fmt: skip
    # a: one against two; b: one each; c: none of either
    assert pick(bench.run("staging.account_metric"), "account_id by_reads") == [
        ("a", False),
        ("b", True),
        ("c", True),
    ]


def test_post_tag_is_every_keyword_in_the_title_and_the_project() -> None:
    bench = FullBench()
    bench.lines(
        "raw.plan_project_keyword",
        "project_id keyword",
        ("p1", "垃圾分类"),
        ("p2", "垃圾分类"),
        ("p1", "垃圾"),
        ("p2", "开放日"),
    )
    bench.lines("raw.plan_project", "project_id name_zh", ("p1", "项目一"), ("p2", "项目二"))
    bench.lines(
        "staging.post_reads", "account_id kind post_id title project_id",
        ("a", "article", "1", "聊聊垃圾分类", "p2"), ("a", "video", "1", "开放日", None),
        ("a", "article", "2", None, "p1"), ("b", "article", "1", "别的", "p9"),
    )  # fmt: skip
    # a keyword of two projects is one tag; the video of the same number is another post; p9 is not
    # in the plan
    assert pick(bench.run("staging.post_tag"), "account_id kind post_id tag_kind tag") == [
        ("a", "article", "1", "keyword", "垃圾"), ("a", "article", "1", "keyword", "垃圾分类"),
        ("a", "article", "1", "project", "项目二"),
        ("a", "article", "2", "project", "项目一"), ("a", "video", "1", "keyword", "开放日"),
    ]  # fmt: skip


def test_breakouts_are_far_above_the_accounts_own_median() -> None:
    # Nine posts: 100 x 5, 110 x 2, 121 x 2; then 1000, and 150. For the 1000: the others are those
    # nine and 150, in order
    # 100 100 100 100 100 | 110 110 121 121 150: median 105. Median of logs m = (ln 100 + ln 110)/2;
    # distances: ln 1.1/2 = 0.0477 seven
    # times (5 + 2), the rest more: MAD 0.0477, below the floor 0.1. z = 0.6745 (ln 1000 - m)/0.1
    bench = FullBench()
    values = [100, 100, 100, 100, 100, 110, 110, 121, 121, 150, 1000]
    spring, autumn = d("2023-03-01"), d("2022-12-01")
    posts = [
        ("a", "article", str(n), "题", spring if n == 10 else autumn, "reads", value, False)
        for n, value in enumerate(values)
    ]
    few = [
        ("b", "article", str(n), "题", spring if n == 7 else autumn, "reads", 10 ** (n // 7), False)
        for n in range(8)
    ]  # seven before: too few
    bench.lines("staging.post_reads", POST, *posts, *few)
    (row,) = bench.run("staging.post_level", "mart.breakout_post")
    assert (row["post_id"], row["posts"], row["median_value"], row["ratio"]) == (
        "10",
        10,
        105,
        pytest.approx(1000 / 105),
    )
    assert row["robust_z"] == pytest.approx(
        0.6745 * (math.log(1000) - (math.log(100) + math.log(110)) / 2) / 0.1
    )


def test_post_level_is_that_of_the_twelve_months_before_the_quarter() -> None:
    bench = FullBench()
    values = (
        (10, "2023-02-01"),
        (100, "2022-04-01"),
        (1000, "2023-03-31"),
        (0, "2023-03-01"),
        (7, "2022-03-31"),
        (5, "2023-05-01"),
    )
    bench.lines(
        "staging.post_reads",
        POST,
        *(
            ("a", "article", str(n), "题", d(day), "reads", value, False)
            for n, (value, day) in enumerate(values)
        ),
    )
    bench.lines(
        "staging.post_reads",
        POST,
        ("a", "article", "x", "题", d("2023-05-01"), "readers", 9, False),
    )
    (row,) = [row for row in bench.run("staging.post_level") if row["quarter"] == d("2023-04-01")]
    # 10 100 1000: the 0 has no logarithm, the 7 is older than April 2022, the 5 is of the quarter
    # itself; other metrics stay apart
    assert (row["account_id"], row["kind"], row["metric"], row["posts"], row["median_value"]) == (
        "a",
        "article",
        "reads",
        3,
        100,
    )
    assert (row["log_median"], row["log_mad"]) == (
        pytest.approx(math.log(100)),
        pytest.approx(math.log(10)),
    )


def test_a_breakout_is_judged_by_what_was_before_it() -> None:
    bench = FullBench()
    # Neither what came later nor what lies before the 12 months up to the quarter (1 April 2022 to
    # 31 March 2023) counts.
    others = [
        ("a", "article", f"{day} {n}", "题", d(day), "reads", 10, False)
        for day in ("2023-05-01", "2022-03-31")
        for n in range(20)
    ]
    first = ("a", "article", "first", "题", d("2023-06-30"), "reads", 1000, False)
    bench.lines("staging.post_reads", POST, first, *others)
    assert bench.run("staging.post_level", "mart.breakout_post") == []
    bench.lines(
        "staging.post_reads",
        POST,
        *(("a", "article", str(n), "题", d("2022-04-01"), "reads", 10, False) for n in range(8)),
    )
    assert pick(bench.run("staging.post_level", "mart.breakout_post"), "post_id posts") == [
        ("first", 8)
    ]


def test_tag_lift_compares_medians_and_refuses_small_samples() -> None:
    # with 垃圾分类: 200 210 220 230 240, median 220; without: 100 x 4 and 110 x 4, median 105:
    # +109.5 %
    bench = FullBench(as_of=d("2023-06-30"))
    bench.lines(
        "raw.plan_project_keyword",
        "project_id keyword",
        ("p1", "垃圾分类"),
        ("p1", "进博会"),
        ("p2", "垃圾分类"),
    )
    bench.lines(
        "raw.plan_project", "project_id name_zh", ("p1", "项目一"), ("p2", "没有文章的项目")
    )
    with_tag = [
        (
            "a",
            "article",
            f"w{n}",
            "聊聊垃圾分类",
            d("2023-05-01"),
            "reads",
            200 + 10 * n,
            False,
            None,
        )
        for n in range(5)
    ]
    without = [
        (
            "a", "article", f"o{n}", "进博会" if n == 0 else None, d("2023-05-01"), "reads",
            100 + 10 * (n // 4), False, "p1" if n < 2 else None,
        )
        for n in range(8)
    ]  # fmt: skip
    left_out = [
        ("a", "article", "old", "垃圾分类", d("2022-06-30"), "reads", 9, False, None),
        ("a", "article", "new", "垃圾分类", d("2023-06-29"), "reads", 9, True, None),
        ("a", "article", "nil", "垃圾分类", d("2023-05-01"), "reads", None, False, None),
    ]  # fmt: skip
    bench.lines("staging.post_reads", POST + " project_id", *with_tag, *without, *left_out)
    assert pick(bench.run("staging.post_tag", "mart.tag_lift"),
        "tag_kind tag posts_with posts_without median_with median_without lift_pct note_zh") == [
        ("keyword", "垃圾分类", 5, 8, 220, 105, pytest.approx(100 * (220 / 105 - 1)), None),
        ("keyword", "进博会", 1, 12, 100, 110, None, "样本不足：有该标签的不到 5 件"),
        ("project", "项目一", 2, 11, 100, 110, None, "样本不足：有该标签的不到 5 件"),
    ]  # fmt: skip


def test_best_time_by_weekday_and_hour() -> None:
    # Monday 5 June 2023, 08:30 in Shanghai is 00:30 UTC. Five there: 30 x 5; two without a clock on
    # Tuesday: 10 10. Median of all seven: 30
    bench = FullBench(as_of=d("2023-06-30"))
    zone = ZoneInfo("Asia/Shanghai")
    for n in range(5):
        bench.lines(
            "mart.video",
            "account_id video_id published_at has_clock",
            ("v", str(n), datetime(2023, 6, 5, 8, 30, tzinfo=zone), True),
        )
    bench.lines(
        "mart.video",
        "account_id video_id published_at has_clock",
        ("v", "7", datetime(2023, 6, 6, 0, 0, tzinfo=zone), False),
    )
    monday = [
        ("v", "video", str(n), "题", d("2023-06-05"), "plays", 30 + 15 * (n == 4), False)
        for n in range(5)
    ]
    tuesday = [
        ("v", "video", "7", "题", d("2023-06-06"), "plays", 10, False),
        ("v", "article", "8", "题", d("2023-06-06"), "plays", 10, False),
    ]
    bench.lines("staging.post_reads", POST, *monday, *tuesday)
    assert pick(
        bench.run("mart.best_time"),
        "weekday hour posts median_value account_median lift_pct note_zh",
    ) == [
        (1, 8, 5, 30, 30, 0, None),
        (2, -1, 2, 10, 30, None, "样本不足：不到 5 件"),
    ]


def test_channel_mix_is_the_share_of_the_days_both_know() -> None:
    # May: 朋友圈 10 + 20 of 100 + 100 = 15 %; the 3rd has no 全部 and drops out. June: 30 of 100 =
    # 30 %, 15 points more; 搜一搜 is new
    bench = FullBench(as_of=d("2023-06-30"))
    bench.lines(
        "mart.account_channel_daily", "account_id date channel reads readers",
        ("a", d("2023-05-01"), "全部", 100, None), ("a", d("2023-05-02"), "全部", 100, 50),
        ("a", d("2023-05-01"), "朋友圈", 10, None), ("a", d("2023-05-02"), "朋友圈", 20, 10),
        ("a", d("2023-05-03"), "朋友圈", 99, None),
        ("a", d("2023-06-01"), "全部", 100, None), ("a", d("2023-06-01"), "朋友圈", 30, None),
        ("a", d("2023-06-01"), "搜一搜", 5, None),
    )  # fmt: skip
    assert pick(
        bench.run("mart.channel_mix"),
        "month metric channel value total days share_pct previous_share_pct change_points",
    ) == [
        (d("2023-05-01"), "readers", "朋友圈", 10, 50, 1, 20, None, None),
        (d("2023-05-01"), "reads", "朋友圈", 30, 200, 2, 15, None, None),
        (d("2023-06-01"), "reads", "搜一搜", 5, 100, 1, 5, None, None),
        (d("2023-06-01"), "reads", "朋友圈", 30, 100, 1, 30, 15, 15),
    ]


def test_january_and_february_are_one_row() -> None:
    # the same habits around a New Year that moved from 1 February 2022 to 22 January 2023; 1000 on
    # an ordinary day, March 2023 is 10 % up to the 10th.
    # January 2022 30 x 1000, February 22,250; 2023: 25,000 and 27,250: printed alone -16.7 % and
    # +22.5 %, together 0
    bench = FullBench(as_of=d("2023-03-10"))

    def reads(day: date) -> float:
        return 1000 * new_year_factor(day) * (1.1 if day >= d("2023-03-01") else 1)

    days = [
        ("reads", day, reads(day))
        for day in dates(d("2022-01-01"), d("2023-03-10"))
        if day != d("2023-03-05")
    ]
    bench.lines("staging.flow_daily", "flow date value", *days)
    bench.run("staging.flow_base")
    both, march = sorted(bench.run("mart.month_comparable"), key=lambda row: row["period_start"])
    assert (both["period_zh"], both["value"], both["days"], both["last_on"]) == (
        "1–2 月",
        pytest.approx(52_250),
        59,
        d("2023-02-28"),
    )
    assert both["calendar_growth_pct"] == pytest.approx(0)
    # by comparable days 12 to 14 February 2023 (1000) stand against 13 to 15 February 2022 (850):
    # 450 of the base are missing
    assert both["growth_pct"] == pytest.approx(100 * (52_250 / (52_250 - 450) - 1))
    assert (march["period_zh"], march["days"], march["comparable_days"], march["last_on"]) == (
        "3 月",
        9,
        9,
        d("2023-03-10"),
    )
    assert march["growth_pct"] == pytest.approx(10)
    assert march["comparable_base"] == 9000


def test_a_leap_day_has_no_calendar_partner() -> None:
    bench = FullBench(as_of=d("2024-02-29"), year=2024)
    first = d("2023-01-01")
    bench.lines(
        "staging.flow_daily",
        "flow date value",
        *(("reads", first + timedelta(n), 1.0) for n in range(425)),
    )
    bench.run("staging.flow_base")
    (row,) = bench.run("mart.month_comparable")
    assert (row["days"], row["comparable_days"], row["calendar_growth_pct"]) == (60, 60, 0)
