"""Staging of daily figures: files, followers, channels, other platforms.

Rows in, rows out, worked out by hand.
"""

from __future__ import annotations

from datetime import timedelta

from tests.support.models import FullBench, d, pick

FILE = "load_seq status known_on run_id"
FOLLOWERS = "load_seq date new_followers lost_followers net_followers followers"
CHANNEL = "load_seq date channel reads readers shares sharers favorites favoriters published"


def test_visible_file_is_what_was_loaded_by_that_day() -> None:
    bench = FullBench(as_of=d("2023-06-30"))
    bench.lines(
        "ops.file", FILE, (1, "loaded", "2023-06-29", "q"), (2, "loaded", "2023-06-30", "r"),
        (3, "loaded", "2023-07-01", "r"),
        (None, "quarantined", "2023-06-30", "r"), sha256="x",
    )  # fmt: skip
    assert pick(bench.run("staging.visible_file"), "load_seq run_id") == [(1, "q"), (2, "r")]


def test_visible_file_of_a_day_before_the_first_night_is_everything() -> None:
    bench = FullBench(as_of=d("2023-06-30"))
    bench.lines(
        "ops.file", FILE, (1, "loaded", "2023-07-05", "q"), (2, "loaded", "2023-07-09", "q"),
        (None, "duplicate", "2023-06-01", "q"), sha256="x",
    )  # fmt: skip
    assert pick(bench.run("staging.visible_file"), "load_seq") == [(1,), (2,)]


def test_follower_daily_version_reads_every_kind_of_export() -> None:
    bench = FullBench()
    bench.files(1, 2, 3, 4)
    bench.lines(
        "raw.wechat_follower_daily", FOLLOWERS,
        (1, "2023/6/1", "5", "2", "3", "1,003"), (1, "2023-06-02", "-", "", None, "1.2万"),
        (1, "2023-07-01", "1", "1", "0", "9"),
        (9, "2023-06-03", "1", "1", "0", "9"), source="a",
    )  # fmt: skip
    bench.lines(
        "raw.platform_follower_daily",
        FOLLOWERS,
        (2, "2023-06-01", None, None, "-4", "700"),
        source="b",
    )
    bench.lines(
        "raw.platform_daily", "load_seq date net_followers followers plays",
        (3, "2023-06-01", None, None, "8"),
        (3, "2023-06-02", "-7", None, "8"), source="b",
    )  # fmt: skip
    bench.lines(
        "raw.platform_trend", "load_seq metric date value", (4, "净涨粉趋势", "20230603", "-2"),
        (4, "观看趋势", "20230603", "50"), source="b",
    )  # fmt: skip
    found = pick(bench.run("staging.follower_daily_version"), f"account_id {FOLLOWERS}")
    assert found == [
        ("a", 1, d("2023-06-01"), 5, 2, 3, 1003),
        (
            "a",
            1,
            d("2023-06-02"),
            None,
            None,
            None,
            12_000,
        ),  # a dash is nothing known; file 9 is not visible
        ("a", 1, d("2023-07-01"), 1, 1, 0, 9),  # a version stays a version
        ("b", 2, d("2023-06-01"), None, None, -4, 700),
        # a day with plays alone says nothing about followers
        ("b", 3, d("2023-06-02"), None, None, -7, None),
        ("b", 4, d("2023-06-03"), None, None, -2, None),
    ]
    shown = pick(bench.run("staging.follower_daily"), "account_id date")
    assert ("a", d("2023-06-02")) in shown
    assert ("a", d("2023-07-01")) not in shown, "July is after the day of the figures"


def test_follower_daily_version_adds_the_sources_of_a_day_only_when_all_are_read() -> None:
    bench = FullBench()
    bench.files(1)
    bench.lines(
        "raw.wechat_follower_source_daily",
        "date user_source new_followers lost_followers row_number",
        ("2023-06-01", "搜索", "3", "1", 5), ("2023-06-01", "名片", "4", "2", 6),
        ("2023-06-02", "搜索", "3", "1", 7),
        ("2023-06-02", "名片", "x", "2", 8), load_seq=1, source="a", sheet="s",
    )  # fmt: skip
    found = pick(
        bench.run("staging.follower_daily_version"),
        "date new_followers lost_followers net_followers row_number",
    )
    assert found == [(d("2023-06-01"), 7, 3, 4, 5), (d("2023-06-02"), None, 3, None, 7)]


def test_follower_daily_takes_each_columns_newest_known_value() -> None:
    bench = FullBench(as_of=d("2024-03-01"), year=2024)
    bench.lines(
        "staging.follower_daily_version", FOLLOWERS, (1, d("2024-02-29"), 5, 2, 3, 100),
        (2, d("2024-02-29"), 6, None, None, None),
        (1, d("2024-03-01"), None, None, None, None), account_id="a",
    )  # fmt: skip
    found = pick(
        bench.run("staging.follower_daily"),
        "date new_followers lost_followers net_followers followers load_seq",
    )
    assert found == [
        (d("2024-02-29"), 6, 2, 3, 100, 2),
        (d("2024-03-01"), None, None, None, None, 1),
    ]


def test_channel_daily_version_joins_the_reads_and_the_shares_of_one_file() -> None:
    bench = FullBench()
    bench.files(1, 2)
    bench.lines(
        "raw.wechat_channel_daily", CHANNEL,
        (1, "20230601", "全部", "10", "7", "1", "1", "2", "1", "1"),
        (1, "20230601", "其它", "0", "", None, None, None, None, None),
        (2, "2023-06-01", "全部", None, "8", None, None, None, None, None), source="a", sheet="s",
        row_number=4,
    )  # fmt: skip
    bench.lines(
        "raw.wechat_share_daily", "load_seq date sharers favoriters published",
        (2, "2023-06-01", "3", "2", "0"), (2, "2023-07-01", "3", "2", "0"), source="a",
    )  # fmt: skip
    found = pick(bench.run("staging.channel_daily_version"), f"{CHANNEL} row_number")
    assert found == [
        (1, d("2023-06-01"), "全部", 10, 7, 1, 1, 2, 1, 1, 4),
        # 0 is a figure, empty is none
        (1, d("2023-06-01"), "其他", 0, None, None, None, None, None, None, 4),
        (2, d("2023-06-01"), "全部", None, 8, None, 3, None, 2, 0, 4),
        (2, d("2023-07-01"), "全部", None, None, None, 3, None, 2, 0, None),
    ]
    # July is after the day of the figures
    assert pick(
        bench.run("staging.channel_daily"), "date channel load_seq",
    ) == [(d("2023-06-01"), "全部", 2), (d("2023-06-01"), "其他", 1),]  # fmt: skip


def test_channel_daily_takes_each_columns_newest_known_value() -> None:
    bench = FullBench()
    bench.lines(
        "staging.channel_daily_version", CHANNEL,
        (1, d("2023-06-01"), "全部", 90, 60, 4, 3, 2, 1, 1),
        (2, d("2023-06-01"), "全部", 100, None, 0, None, None, 2, None),
        (1, d("2023-06-01"), "朋友圈", 9, None, None, None, None, None, None), account_id="a",
    )  # fmt: skip
    found = pick(
        bench.run("staging.channel_daily"),
        "channel reads readers shares sharers favorites favoriters published load_seq",
    )
    assert found == [
        ("全部", 100, 60, 0, 3, 2, 2, 1, 2),
        ("朋友圈", 9, None, None, None, None, None, None, 1),
    ]


def test_platform_daily_leaves_out_the_copies_by_kind() -> None:
    bench = FullBench()
    bench.files(1, layout="toutiao_daily", original_name="整体数据(1).xlsx")
    bench.files(2, layout="toutiao_daily", original_name="数据（文章）.xlsx")
    bench.files(3, layout="channels_trend", original_name="趋势(视频).xlsx")
    bench.lines(
        "raw.platform_daily", "load_seq date plays reads shares",
        (1, "2023-06-01", None, "100", "3"), (2, "2023-06-01", None, "40", "2"), source="a",
    )  # fmt: skip
    bench.lines(
        "raw.platform_trend", "load_seq metric date value", (3, "观看趋势", "2023-06-01", "55"),
        (3, "曝光趋势", "2023-06-02", "900"),
        (3, "净涨粉趋势", "2023-06-03", "1"), (3, "观看趋势", "2023-07-01", "9"), source="v",
    )  # fmt: skip
    versions = bench.run("staging.platform_daily_version")
    assert ("v", d("2023-07-01"), 9) in pick(versions, "account_id date plays"), (
        "a version stays a version"
    )
    found = pick(
        bench.run("staging.platform_daily"),
        "account_id date plays reads impressions shares load_seq",
    )
    assert found == [
        ("a", d("2023-06-01"), None, 100, None, 3, 1),
        ("v", d("2023-06-01"), 55, None, None, None, 3),
        ("v", d("2023-06-02"), None, None, 900, None, 3),
    ]


def test_platform_daily_version_is_one_row_for_each_file_and_day() -> None:
    bench = FullBench()
    bench.files(1, 2, layout="channels_trend", original_name="趋势.xlsx")
    bench.lines(
        "raw.platform_trend", "load_seq metric date value", (1, "观看趋势", "2023-06-01", "55"),
        (1, "曝光趋势", "2023-06-01", "1.2万"),
        (2, "观看趋势", "2023-06-01", "50"), (2, "观看趋势", "没有", "7"),
        (9, "观看趋势", "2023-06-01", "60"), source="v",
    )  # fmt: skip
    found = pick(
        bench.run("staging.platform_daily_version"),
        "account_id date load_seq plays impressions reads",
    )
    # what cannot be read as a day has no row; file 9 is not visible; the older file keeps its own
    # 55
    assert found == [
        ("v", d("2023-06-01"), 1, 55, 12_000, None),
        ("v", d("2023-06-01"), 2, 50, None, None),
    ]


def test_main_daily_is_the_main_account_only() -> None:
    bench = FullBench()
    bench.lines("raw.account", "account_id is_main", ("m", True), ("s", False))
    bench.lines(
        "mart.account_daily",
        "account_id date followers reads",
        ("m", d("2023-06-01"), 10, None),
        ("s", d("2023-06-01"), 99, 99),
    )
    assert pick(bench.run("staging.main_daily"), "date followers reads") == [
        (d("2023-06-01"), 10, None)
    ]


def followers(bench: FullBench, account: str, *steps: tuple[int, int, int]) -> None:
    """Followers of an account: (days after 1 June, net, followers)."""
    lines = [
        (account, d("2023-06-01") + timedelta(days=n), net, level, 1) for n, net, level in steps
    ]
    for table in ("staging.follower_daily", "staging.follower_daily_version"):
        bench.lines(table, "account_id date net_followers followers load_seq", *lines)


def test_follower_break_between_days() -> None:
    bench = FullBench()
    bench.files(1, run_id="r")
    followers(bench, "exact", (0, 0, 1000), (1, 5, 1005))
    followers(bench, "slip", (0, 0, 1000), (1, 0, 1050))  # 50 off: told, no jump
    followers(bench, "jump", (0, 0, 1000), (1, 0, 1051))  # 51 > 50
    # 0.5 % of 20,000 is 100; 101 > 100.5
    followers(bench, "large", (0, 0, 20_000), (1, 0, 20_100), (2, 0, 20_201))
    # 150 in three days: the usual change of days nobody saw
    followers(bench, "gap", (0, 0, 1000), (3, 0, 1150))
    followers(bench, "far", (0, 0, 1000), (3, 1, 1152))  # expected 1001: 151 > 150
    found = pick(
        bench.run("staging.follower_break"),
        "account_id kind expected_followers difference is_jump run_id",
    )
    assert found == [
        ("far", "日期", 1001, 151, True, "r"),
        ("jump", "日期", 1000, 51, True, "r"),
        ("large", "日期", 20_000, 100, False, "r"),
        ("large", "日期", 20_100, 101, True, "r"),
        ("slip", "日期", 1000, 50, False, "r"),
    ]
    assert [warning.failing_rows for warning in bench.warnings] == [3]


def test_follower_break_between_versions_of_a_day() -> None:
    bench = FullBench()
    bench.files(1, 2, run_id="q")
    bench.files(3, run_id="r")
    bench.lines(
        "staging.follower_daily_version", "load_seq date followers", (1, d("2023-06-01"), 1000),
        (2, d("2023-06-01"), 1010), (3, d("2023-06-01"), 1100),
        (1, d("2023-06-02"), 1000), (2, d("2023-06-02"), 1000), (3, d("2023-06-02"), None),
        account_id="a",
    )  # fmt: skip
    found = pick(
        bench.run("staging.follower_break"), "kind expected_followers followers is_jump run_id"
    )
    # the newest change alone; a day said twice alike is none
    assert found == [("版本", 1010, 1100, True, "r")]


def test_follower_break_sees_no_day_after_the_day_of_the_figures() -> None:
    bench = FullBench(as_of=d("2023-06-30"))
    bench.files(1, 2, run_id="r")
    bench.lines(
        "staging.follower_daily_version", "load_seq date followers", (1, d("2023-06-30"), 1000),
        (2, d("2023-06-30"), 1051),
        (1, d("2023-07-01"), 1000), (2, d("2023-07-01"), 9000), account_id="a",
    )  # fmt: skip
    assert pick(bench.run("staging.follower_break"), "date kind difference") == [
        (d("2023-06-30"), "版本", 51)
    ]
