"""Works, lives and the months of other accounts, as files give them. Rows in, rows out."""

from __future__ import annotations

import pytest

from tests.support.models import WHERE, FullBench, at, d, pick


def test_video_row_is_typed_and_names_its_minute_and_kind() -> None:
    bench = FullBench()
    bench.files(1)
    bench.lines(
        "raw.video_work",
        f"{WHERE} work_id published_at form title plays reads finish_rate finish_pct",
        (
            1, "s", 1, "7123456789012345678", "2023-06-01 08:00:59", None, "夜 查", "1.2万", None,
            "<0.1%", None,
        ),
        # Excel rounded the number
        (1, "s", 2, "7.12E+18", "2023/6/2", None, None, None, "5", None, "45.5"),
        (1, "s", 3, "8", "2023-06-03 09:00", "图文", "图", "x", None, None, "101"),
        (1, "s", 4, "9", "没有日期", None, "无", "1", None, None, None),
        (9, "s", 5, "9", "2023-06-01", None, "看不见", "1", None, None, None), source="a",
    )  # fmt: skip
    columns = (
        "row_number account_id work_id minute kind caption published_at has_clock plays reads "
        "finish_rate finish_rate_is_bound"
    )
    assert pick(bench.run("staging.video_row"), columns) == [
        (
            1, "a", "7123456789012345678", "2023-06-01 08:00", "视频", "夜查",
            at("2023-06-01 08:00:59"), True, 12_000, None, pytest.approx(0.001), True,
        ),
        (
            2, "a", None, "2023-06-02", "阅读", "", at("2023-06-02"), False, None, 5,
            pytest.approx(0.455), False,
        ),
        (
            3, "a", "8", "2023-06-03 09:00", "图文", "图", at("2023-06-03 09:00"), True, None,
            None, None, False,
        ),
    ]  # fmt: skip


def test_sixteen_digits_that_all_end_in_zero_were_rounded() -> None:
    """One id that ends in zero is one of ten; a file of them is Excel's."""
    bench = FullBench()
    bench.files(1, 2, 3)
    bench.lines("raw.video_work", f"{WHERE} work_id",
        (1, "s", 1, "7240010000000120"), (1, "s", 2, "7240010000000130"), (1, "s", 3, "12"),
        (2, "s", 1, "7240010000000120"), (2, "s", 2, "7240010000000131"),
        (3, "s", 1, "7240010000000120"), published_at="2023-06-01 08:00", source="a")  # fmt: skip
    assert pick(bench.run("staging.rounded_file"), "load_seq ids example_id") == [
        (1, 2, "7240010000000120")]  # fmt: skip
    assert pick(bench.run("staging.video_row"), "load_seq row_number work_id") == [
        (1, 1, None), (1, 2, None), (1, 3, "12"),
        (2, 1, "7240010000000120"), (2, 2, "7240010000000131"),
        (3, 1, "7240010000000120"),
    ]  # fmt: skip


LIVE = "live_key started_at load_seq"


def starts(bench: FullBench, *lines: tuple[str, str, int], account: str = "上海城管") -> None:
    """Put lives of one account on 视频号: (key, clock of 1 June, file)."""
    timed = [(key, at(f"2023-06-01 {clock}"), load_seq) for key, clock, load_seq in lines]
    bench.lines(
        "staging.live_version",
        LIVE,
        *timed,
        platform="视频号",
        account_name=account,
        has_clock=True,
    )


def test_live_start_joins_what_begins_within_a_quarter_of_an_hour() -> None:
    bench = FullBench()
    starts(bench, ("a", "19:00", 1), ("b", "19:15", 2), ("c", "20:00", 1), ("d", "20:16", 2))
    starts(bench, ("e", "19:01", 2), account="黄浦城管")
    # 15 minutes are one live, 16 are two; another account is another live
    assert pick(bench.run("staging.live_start"), "live_key live_id") == [
        ("a", "a"), ("b", "a"), ("c", "c"), ("d", "d"), ("e", "e"),
    ]  # fmt: skip


def test_live_start_keeps_apart_what_one_file_lists_apart() -> None:
    bench = FullBench()
    starts(bench, ("a", "14:00:00", 1), ("b", "14:05:00", 1), ("c", "14:00:12", 2))
    # file 1 lists 14:00 and 14:05 as two; 14:00:12 of file 2 is the first of them
    assert pick(bench.run("staging.live_start"), "live_key live_id") == [
        ("a", "a"),
        ("b", "b"),
        ("c", "a"),
    ]


def test_live_start_does_not_chain_beyond_a_quarter_of_an_hour() -> None:
    bench = FullBench()
    starts(bench, ("a", "14:00", 1), ("b", "14:10", 2), ("c", "14:20", 3))
    # each is 10 minutes after the one before, the last 20 after the first: nobody can tell, so
    # three
    assert pick(bench.run("staging.live_start"), "live_key live_id") == [
        ("a", "a"),
        ("b", "b"),
        ("c", "c"),
    ]


def test_account_month_knows_the_account_by_folder_or_by_platform_and_name() -> None:
    bench = FullBench()
    bench.files(1, known_on=d("2023-06-20"))
    bench.lines("raw.platform", "platform name_zh", ("toutiao", "今日头条"), ("douyin", "抖音"))
    bench.lines(
        "raw.account",
        "account_id name platform",
        ("tt", "上海城管", "toutiao"),
        ("dy", "上海城管", "douyin"),
    )
    bench.lines(
        "raw.ledger_account_month",
        f"{WHERE} source month platform account_name followers posts last_post_on default_year",
        # 今日头条 and 头条 are one
        (1, "s", 1, "ledger", "5月", "头条", "上海城管", "1.2万", "-", "5月30日", 2023),
        # June was handed in on the 20th
        (1, "s", 2, "dy", "2023-06", None, None, "7", "0", None, None),
        (1, "s", 3, "ledger", "2023-05", "抖音", "别的号", "9", "1", None, None),
        (1, "s", 4, "dy", "不知哪月", None, None, "8", "1", None, None),
        (1, "s", 5, "dy", "2023-04", None, None, "6", "1", None, None),
    )  # fmt: skip
    bench.put(
        "staging.gone_row", {"load_seq": 1, "sheet": "s", "row_number": 5, "is_withdrawn": True}
    )
    found = pick(
        bench.run("staging.account_month"),
        "row_number account_id month_start known_until followers posts last_post_on",
    )
    assert found == [
        (1, "tt", d("2023-05-01"), d("2023-05-31"), 12_000, None, d("2023-05-30")),
        (2, "dy", d("2023-06-01"), d("2023-06-20"), 7, 0, None),
        (3, None, d("2023-05-01"), d("2023-05-31"), 9, 1, None),
    ]
    assert [warning.failing_rows for warning in bench.warnings] == [1]  # nobody knows 别的号


def test_known_posting_is_the_last_day_on_which_posts_are_known() -> None:
    bench = FullBench(as_of=d("2023-06-30"))
    for load_seq, night in ((1, "2023-06-20"), (2, "2023-06-20"), (3, "2023-06-25")):
        bench.files(load_seq, known_on=d(night), modified_at=at(f"{night} 09:00"))
    bench.lines(
        "staging.video_row", "account_id load_seq published_on", ("list", 1, d("2023-06-01")),
        ("list", 1, d("2023-05-01")),
        ("old", 2, d("2023-03-19")),
    )  # fmt: skip
    bench.lines(
        "staging.article_row", "account_id load_seq published_on window_rank",
        ("article", 3, d("2023-06-01"), 1), ("window", 3, d("2023-06-01"), 3),
    )  # fmt: skip
    bench.lines(
        "mart.account_daily", "account_id date published reads", ("day", d("2023-06-10"), 0, None),
        ("day", d("2023-06-11"), None, 5),
        ("day", d("2023-07-01"), 1, None),
    )  # fmt: skip
    bench.lines(
        "staging.account_month", "account_id known_until posts followers",
        ("month", d("2023-05-31"), 3, None), ("month", d("2023-06-30"), None, 9),
    )  # fmt: skip
    assert pick(bench.run("staging.known_posting"), "account_id data_until") == [
        # reads alone say nothing about posts
        ("article", d("2023-06-24")), ("day", d("2023-06-10")),
        ("list", d("2023-06-19")),  # exported on the 20th: whole to the day before
        # 93 days before its export: an old list
        ("month", d("2023-05-31")), ("old", d("2023-03-19")),
    ]  # fmt: skip
