"""What is told to people: the pulses, the conditions that hold now, and the life of an alert.

Figures worked out by hand.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.models import FullBench, d, days, pick


def test_alert_condition_lists_what_holds_now() -> None:
    bench = FullBench(as_of=d("2023-06-30"))
    bench.lines(
        "mart.account_health",
        "account_id name days_since_post last_post_on verdict",
        ("a", "甲", 7, d("2023-06-23"), "warn"),
        ("b", "乙", 1, d("2023-06-29"), "ok"),
        ("c", "丙", None, None, "veto"),
    )
    bench.lines(
        "mart.target_progress",
        "target_id name_zh unit progress_pct expected_by_now actual target status",
        ("t", "活动", "场", 12.34, 39.6, 9.0, 80.0, "behind"),
        ("u", "直播", "场", 50.0, 2.0, 2.0, 5.0, "on_track"),
    )
    bench.lines(
        "mart.incident",
        "incident_id title limit_hours verdict answered_at found_at",
        ("i", "舆情", 48, "超时", None, "2023-06-27 08:00+08"),
        ("j", "已答", 48, "超时", "2023-06-30 08:00+08", "2023-06-27 08:00+08"),
    )
    bench.lines("raw.account", "account_id name", ("a", "甲"))
    bench.lines(
        "staging.owed_alert", "rule subject value baseline",
        ("owed_export", "late/growth", "缺31天", "x"), ("owed_ledger", "l", "3个单位", "x"),
        ("stale_source", "edge", "数据到5月31日", "10天"),
    )  # fmt: skip
    bench.lines(
        "mart.mention_pulse",
        "tone_group recent earlier_per_week verdict top_stories top_media",
        ("负面", 2, 0.5, "steady", "扰民（2）", None),
        ("全部", 9, 2.0, "spike", "新规（9）", "甲报 9"),
    )
    bench.lines(
        "mart.follower_pulse",
        (
            "account_id data_until net_followers lost_per_day earlier_per_day worst_on "
            "posts_then verdict"
        ),
        ("a", d("2023-06-29"), -30, 8.0, 2.25, d("2023-06-28"), "《错字》", "drop"),
        ("late", d("2023-05-30"), -30, 8.0, 2.0, d("2023-05-30"), None, "no_data"),
    )
    found = pick(bench.run("mart.alert_condition"), "rule subject value baseline")
    assert found == [
        ("account_silent", "a", "7天", "7天"), ("account_silent", "c", None, "14天"),
        ("follower_drop", "a", "日均取关8.0人", "此前日均2.3人"),
        ("incident_overdue", "i", "舆情", "48小时"),
        ("mention_spike", "mentions", "9篇次", "此前每周2.0篇次"),
        ("negative_mentions", "mentions", "2篇次", "此前每周0.5篇次"),
        ("owed_export", "late/growth", "缺31天", "x"),
        ("stale_source", "edge", "数据到5月31日", "10天"),
        ("target_behind", "t", "12.3%", "应达到40场"),
    ]  # fmt: skip


def causes(bench: FullBench) -> dict[str, str]:
    return {row["rule"]: row["cause_zh"] for row in bench.run("mart.alert_condition")}


def test_alerts_name_what_contributed_most() -> None:
    bench = FullBench(as_of=d("2023-06-30"))
    bench.lines("raw.account", "account_id name", ("a", "甲"))
    bench.lines(
        "mart.mention_pulse", "tone_group recent earlier_per_week verdict top_stories top_media",
        ("全部", 9, 2.0, "spike", "新规（9）", "甲报 6、乙报 3"),
    )  # fmt: skip
    bench.lines(
        "mart.follower_pulse",
        "account_id data_until net_followers lost_per_day earlier_per_day worst_on posts_then verdict",
        ("a", d("2023-06-29"), -30, 8.0, 2.0, d("2023-06-28"), "《错字》", "drop"),
    )  # fmt: skip
    assert causes(bench) == {
        "mention_spike": "最近7天报道激增：新规（9）。媒体：甲报 6、乙报 3",
        "follower_drop": "“甲”截至6月29日的7天净减30人，取关最多的是6月28日；当时发表：《错字》",
    }


def test_a_silent_account_is_dated_with_its_year_when_that_is_another() -> None:
    bench = FullBench(as_of=d("2023-06-30"))
    bench.lines(
        "mart.account_health", "account_id name days_since_post last_post_on data_until verdict",
        ("a", "甲", 20, d("2023-06-10"), d("2023-06-29"), "veto"),
        ("b", "乙", 200, d("2022-12-12"), d("2023-06-29"), "veto"),
    )  # fmt: skip
    found = {row["subject"]: row["cause_zh"] for row in bench.run("mart.alert_condition")}
    assert found == {"a": "“甲”自6月10日起未更新", "b": "“乙”自2022年12月12日起未更新"}


def test_silence_is_told_without_saying_there_was_nothing() -> None:
    bench = FullBench(as_of=d("2023-06-30"))
    bench.lines(
        "mart.mention_pulse",
        "tone_group recent earlier_per_week verdict",
        ("全部", 0, 4.0, "silence"),
    )
    assert causes(bench) == {
        "mention_silence": "最近7天没有任何报道记录：可能没有报道，也可能没有登记或导出"
    }


@pytest.mark.parametrize(("recent", "earlier_per_week"), [(1, 0.0), (2, 2.0)])
def test_one_negative_report_or_as_many_as_ever_is_no_alert(
    recent: int, earlier_per_week: float
) -> None:
    bench = FullBench(as_of=d("2023-06-30"))
    bench.lines(
        "mart.mention_pulse", "tone_group recent earlier_per_week verdict top_stories",
        ("负面", recent, earlier_per_week, "steady", "t"),
    )  # fmt: skip
    assert causes(bench) == {}


def mentions(*groups: tuple[str, int]) -> list[tuple[str, str, str, str, Any]]:
    """(day, how many) as mentions of one medium and one story a day."""
    return [
        (f"{day}-{i}", day, f"题{day}", f"报{i}", d(day))
        for day, count in groups
        for i in range(count)
    ]


PULSE = "tone_group recent earlier_per_week verdict top_media top_stories"


@pytest.mark.parametrize(
    ("groups", "wanted"),
    [
        # 28 days before 24 June: 4 in all, 1 a week; the limit is 1 + 3·√1 = 4, and 5 at least
        ([("2023-05-20", 1), ("2023-06-01", 4), ("2023-06-24", 2), ("2023-06-30", 3)],
            ("全部", 5, 1.0, "spike", "报0 2、报1 2、报2 1",
                "题2023-06-30（3）；题2023-06-24（2）")),
        ([("2023-05-20", 1), ("2023-06-01", 4), ("2023-06-30", 4)],
            ("全部", 4, 1.0, "steady", "报0 1、报1 1、报2 1", "题2023-06-30（4）")),
        # 16 a week before; 16 + 3·√16 = 28 is not exceeded by 28
        ([("2023-05-26", 1), ("2023-05-27", 64), ("2023-06-30", 28)],
            ("全部", 28, 16.0, "steady", "报0 1、报1 1、报10 1", "题2023-06-30（28）")),
        ([("2023-05-26", 1), ("2023-06-23", 16)], ("全部", 0, 4.0, "silence", None, None)),
        ([("2023-05-26", 1), ("2023-06-23", 15)], ("全部", 0, 3.75, "steady", None, None)),
        # the oldest record is four weeks old: nothing to compare with
        ([("2023-05-27", 1), ("2023-06-30", 9)],
            ("全部", 9, 0.25, "no_baseline", "报0 1、报1 1、报2 1", "题2023-06-30（9）")),
    ],
)  # fmt: skip
def test_mention_pulse(groups: list[tuple[str, int]], wanted: tuple[Any, ...]) -> None:
    bench = FullBench(as_of=d("2023-06-30"))
    bench.lines(
        "mart.mention",
        "mention_id story_id title media_name published_on",
        *mentions(*groups),
        tone=None,
    )
    assert pick(bench.run("mart.mention_pulse"), PULSE) == [wanted]


def test_mention_pulse_tells_the_tones_apart() -> None:
    bench = FullBench(as_of=d("2023-06-30"))
    old = [
        (f"o{i}", "o", "旧", d("2023-05-01"), tone)
        for i, tone in enumerate(("正面", "负面", "中性"))
    ]
    new = [
        (f"n{i}", "n", "新", d("2023-06-30"), tone)
        for i, tone in enumerate(("正面", "正面", "中性", None))
    ]
    bench.lines("mart.mention", "mention_id story_id title published_on tone", *old, *new)
    found = pick(bench.run("mart.mention_pulse"), "tone_group recent verdict")
    assert found == [("全部", 4, "steady"), ("正面", 2, "steady"), ("负面", 0, "steady")]


def lost(first: str, last: str, figure: int, net: int = 0) -> list[tuple[Any, ...]]:
    return [("a", day, figure, net) for day in days(d(first), d(last))]


@pytest.mark.parametrize(
    ("figures", "wanted"),
    [
        # seven days of 4 against 28 of 2, net -1 a day
        ([*lost("2023-05-26", "2023-06-22", 2), *lost("2023-06-23", "2023-06-29", 4, -1)],
            (7, 28, -7, 4.0, 2.0, "drop")),
        ([*lost("2023-05-26", "2023-06-22", 2), *lost("2023-06-23", "2023-06-29", 4, 1)],
            (7, 28, 7, 4.0, 2.0, "steady")),
        ([*lost("2023-05-26", "2023-06-22", 2), *lost("2023-06-23", "2023-06-29", 3, -1)],
            (7, 21, -7, 3.0, 2.0, "steady")),
        # four known days of the last seven; thirteen of those before
        ([*lost("2023-05-26", "2023-06-22", 2), *lost("2023-06-26", "2023-06-29", 9, -9)],
            (4, 36, -36, 9.0, 2.0, "no_baseline")),
        ([*lost("2023-06-10", "2023-06-22", 2), *lost("2023-06-23", "2023-06-29", 4, -1)],
            (7, 28, -7, 4.0, 2.0, "no_baseline")),
        ([*lost("2023-05-19", "2023-06-15", 2), *lost("2023-06-16", "2023-06-22", 4, -1)],
            (7, 28, -7, 4.0, 2.0, "no_data")),
    ],
)  # fmt: skip
def test_follower_pulse(figures: list[tuple[Any, ...]], wanted: tuple[Any, ...]) -> None:
    bench = FullBench(as_of=d("2023-06-30"))
    bench.lines("mart.account_daily", "account_id date lost_followers net_followers", *figures)
    found = pick(
        bench.run("mart.follower_pulse"),
        "days lost_followers net_followers lost_per_day earlier_per_day verdict",
    )  # fmt: skip
    assert found == [wanted]


def test_follower_pulse_shows_what_was_published_on_the_worst_day() -> None:
    bench = FullBench(as_of=d("2023-06-30"))
    figures = [
        *lost("2023-06-20", "2023-06-27", 1),
        ("a", d("2023-06-28"), 9, -9),
        ("a", d("2023-06-29"), 1, 0),
    ]
    bench.lines("mart.account_daily", "account_id date lost_followers net_followers", *figures)
    posts = [
        ("1", "前天", "2023-06-26"), ("2", "前一天", "2023-06-27"), ("3", "当天", "2023-06-28"),
        ("4", "次日", "2023-06-29"),
    ]  # fmt: skip
    bench.lines(
        "mart.article",
        "article_id account_id title published_on",
        *((i, "a", t, d(on)) for i, t, on in posts),
    )
    found = pick(bench.run("mart.follower_pulse"), "worst_on posts_then")
    assert found == [(d("2023-06-28"), "《当天》《前一天》")]


def test_a_missing_plan_is_told_from_december_on() -> None:
    for as_of, told in (
        ("2023-11-30", []),
        ("2023-12-01", ["2024"]),
        ("2024-12-15", ["2024", "2025"]),
    ):
        bench = FullBench(as_of=d(as_of))
        bench.lines("raw.plan_year", "year", (2022,), (2023,))
        found = [
            row["subject"] for row in bench.run("mart.alert_condition") if row["rule"] == "no_plan"
        ]
        assert sorted(found) == told
