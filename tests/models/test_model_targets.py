"""From figures and events to the plan's targets. Rows in, rows out, worked out by hand."""

from __future__ import annotations

import pytest

from tests.support.models import FullBench, d, days, pick


def main_days(bench: FullBench, *lines: tuple[str, int | None, int | None]) -> None:
    """Days of the main account: (date, reads, readers)."""
    bench.lines(
        "staging.main_daily",
        "date reads readers",
        *((d(day), reads, readers) for day, reads, readers in lines),
    )


# m(2023-06-05) = 2022-06-06, m(2023-06-06) = 2022-06-07, m(2023-06-07) = 2022-06-08: 364 days back


@pytest.mark.parametrize(("lines", "metric", "pairs"), [
    ([("2022-06-06", 9, 5), ("2023-06-05", 9, 5)], "reads", (1, 1)),
    # the platform stopped counting 次数
    ([("2022-06-06", 9, 5), ("2023-06-05", None, 5)], "readers", (0, 1)),
    # 1 < 0.9 x 2
    ([("2022-06-06", 9, 5), ("2022-06-07", 9, 5), ("2023-06-05", 9, 5), ("2023-06-06", None, 5)],
        "readers", (1, 2)),
    ([("2023-06-05", 9, None)], "reads", (0, 0)), ([("2023-06-05", None, 5)], "readers", (0, 0)),
    ([], "reads", (0, 0)),
    # July is after as_of
    ([("2022-06-06", 9, 5), ("2022-07-02", 9, 5), ("2023-06-05", 9, None), ("2023-07-01", None, 5)],
        "reads", (1, 0)),
])  # fmt: skip
def test_reads_metric(
    lines: list[tuple[str, int | None, int | None]], metric: str, pairs: tuple[int, int]
) -> None:
    bench = FullBench()
    main_days(bench, *lines)
    assert pick(bench.run("staging.reads_metric"), "metric reads_pairs readers_pairs") == [
        (metric, *pairs)
    ]


def test_read_daily_pairs_comparable_days() -> None:
    bench = FullBench()
    bench.lines("staging.reads_metric", "metric", ("reads",))
    main_days(
        bench,
        ("2023-06-05", 9, 5),
        ("2022-06-06", 7, 5),
        ("2023-06-06", None, 5),
        ("2022-06-07", 6, 5),
        ("2022-02-01", 3, 1),
        ("2023-01-22", 4, 1),
    )
    found = pick(bench.run("staging.read_daily"), "date value comparable_on comparable_value")
    assert found == [
        (d("2022-02-01"), 3, d("2021-02-12"), None),
        (d("2022-06-06"), 7, d("2021-06-07"), None),
        (d("2022-06-07"), 6, d("2021-06-08"), None),
        (d("2023-01-22"), 4, d("2022-02-01"), 3),  # New Year's Day to New Year's Day
        (d("2023-06-05"), 9, d("2022-06-06"), 7),  # 6 June 2023 has no reads: no row
    ]


def test_target_reads_sums_both_sides_of_comparable_days_only() -> None:
    bench = FullBench()
    bench.lines("staging.reads_metric", "metric", ("reads",))
    bench.lines(
        "staging.read_daily", "date value comparable_value", (d("2021-12-31"), 1000, None),
        (d("2022-01-01"), 7, None), (d("2022-12-31"), 5, None),
        (d("2023-01-01"), 20, 10), (d("2023-06-30"), 30, None), (d("2023-07-01"), 500, 500),
    )  # fmt: skip
    found = pick(
        bench.run("staging.target_reads"),
        (
            "baseline base_days actual days_covered comparable_actual comparable_base "
            "comparable_days metric_used"
        ),
    )
    assert found == [(12.0, 2, 50.0, 2, 20.0, 10.0, 1, "reads")]


def test_target_reads_of_nothing_is_null_not_zero() -> None:
    bench = FullBench()
    bench.lines("staging.reads_metric", "metric", ("reads",))
    assert pick(
        bench.run("staging.target_reads"), "baseline actual comparable_base days_covered"
    ) == [(None, None, None, 0)]


def test_target_followers_takes_the_last_known_days() -> None:
    bench = FullBench()
    bench.lines(
        "staging.main_daily", "date followers", (d("2021-12-31"), 1), (d("2022-12-30"), 100),
        (d("2022-12-31"), None), (d("2023-01-01"), 101),
        (d("2023-06-28"), 130), (d("2023-06-30"), None), (d("2023-07-01"), 999),
    )  # fmt: skip
    found = pick(
        bench.run("staging.target_followers"), "baseline actual base_on actual_on days_covered"
    )
    assert found == [(100.0, 130.0, d("2022-12-30"), d("2023-06-28"), 2)]


def test_target_followers_of_the_year_before_the_base_year_are_no_baseline() -> None:
    bench = FullBench()
    bench.lines(
        "staging.main_daily", "date followers", (d("2021-12-31"), 90), (d("2023-01-01"), 101)
    )
    assert pick(bench.run("staging.target_followers"), "baseline actual") == [(None, 101.0)]


def test_target_source_counts_files_with_a_row_of_this_year() -> None:
    bench = FullBench()
    bench.files(1, 2, 3)
    rows = "load_seq published_on"
    bench.lines(
        "staging.report_row", rows, (1, d("2023-01-02")), (1, d("2023-01-03")), (9, d("2023-01-02"))
    )  # 9 is hidden
    bench.lines("staging.report_row", rows, (2, d("2023-06-30")), (3, d("2022-12-31")))
    # after as_of; last year's
    bench.lines("staging.product", rows, (1, d("2023-07-01")), (2, d("2022-12-31")))
    bench.lines(
        "staging.activity", "load_seq started_on", (3, d("2022-12-31"))
    )  # last year's ledger says nothing about this
    bench.lines("staging.article_version", rows, (3, d("2022-12-31")), (2, d("2023-01-01")))
    found = pick(bench.run("staging.target_source"), "metric files")
    assert found == [("articles", 2), ("publications", 2)]


def test_target_event_lists_every_kind_of_event() -> None:
    bench = FullBench()
    bench.planned()
    bench.lines("mart.ten_w_article", "ten_w_id published_on title", ("w", d("2023-06-01"), "甲"))
    bench.lines(
        "mart.mention",
        "mention_id published_on title is_positive_report",
        ("p", d("2023-06-02"), "乙", True),
        ("n", d("2023-06-02"), "丙", False),
    )
    bench.lines("mart.activity", "activity_id started_on name", ("a", d("2023-06-03"), "丁"))
    bench.lines("mart.live_session", "live_id started_on title", ("l", d("2023-06-04"), "戊"))
    bench.lines(
        "mart.new_media_product", "product_id published_on name", ("x", d("2023-06-05"), "己")
    )
    bench.lines("mart.portal_interview", "interview_id held_on topic", ("i", d("2023-06-06"), "庚"))
    bench.lines("mart.training", "training_id started_on name", ("t", d("2023-06-07"), "辛"))
    assert pick(bench.run("staging.target_event"), "target_id event_id date title") == [
        ("activities", "a", d("2023-06-03"), "丁"), ("articles_10w", "w", d("2023-06-01"), "甲"),
        ("livestreams", "l", d("2023-06-04"), "戊"),
        ("new_media_products", "x", d("2023-06-05"), "己"),
        ("portal_interviews", "i", d("2023-06-06"), "庚"),
        ("positive_reports", "p", d("2023-06-02"), "乙"),
        ("training_sessions", "t", d("2023-06-07"), "辛"),
    ]  # fmt: skip


def test_target_count_is_zero_only_when_a_source_came() -> None:
    bench = FullBench()
    bench.lines(
        "raw.plan_target",
        "target_id metric kind",
        ("activities", "activities", "count"),
        ("livestreams", "live_sessions", "count"),
        ("training_sessions", "sessions", "count"),
        ("wechat_reads", "reads", "flow_growth"),
    )
    bench.lines("staging.target_source", "metric files", ("activities", 2), ("live_sessions", 1))
    bench.lines(
        "staging.target_event", "target_id event_id date", ("activities", "1", d("2022-12-31")),
        ("activities", "2", d("2023-01-01")),
        ("activities", "3", d("2023-06-30")), ("activities", "4", d("2023-07-01")),
    )  # fmt: skip
    found = pick(bench.run("staging.target_count"), "target_id actual actual_on")
    assert found == [
        ("activities", 2.0, d("2023-06-30")),
        ("livestreams", 0.0, None),
        ("training_sessions", None, None),
    ]


def test_target_daily_draws_to_as_of_and_forecasts_from_there() -> None:
    bench = FullBench(as_of=d("2023-12-29"))
    bench.planned()
    columns = "target_id kind target baseline actual forecast forecast_low forecast_high pace"
    bench.lines(
        "mart.target_progress", columns,
        ("wechat_reads", "flow_growth", 730.0, 365.0, 600.0, 606.0, 603.0, 609.0, "comparable"),
        ("activities", "count", 73.0, None, 2.0, 3.0, None, None, "linear"),
        ("wechat_followers", "stock_growth", 1200.0, 1000.0, 1100.0, 1110.0, None, None, "linear"),
        ("livestreams", "count", 5.0, None, None, None, None, None, "linear"),
    )  # fmt: skip
    # reads: 1 a day known but on 2 January; base 1 a day, but 2 on 30 and 4 on 31 December: S(29
    # December) = 363 / 369
    base = {d("2023-12-30"): 2.0, d("2023-12-31"): 4.0}
    for day in days(d("2023-01-01"), d("2023-12-31")):
        value = None if day == d("2023-01-02") or day > d("2023-12-29") else 1.0
        bench.lines(
            "staging.flow_base",
            "flow date value base_or_estimate",
            ("reads", day, value, base.get(day, 1.0)),
        )
    bench.lines("staging.flow_forecast", "flow is_usable", ("reads", True))
    bench.lines("staging.main_daily", "date followers", (d("2023-12-29"), 1100))
    bench.lines(
        "staging.target_event",
        "target_id event_id date",
        ("activities", "0", d("2022-12-31")),
        ("activities", "1", d("2023-01-02")),
        ("activities", "2", d("2023-12-29")),
    )
    rows = {(row["target_id"], row["date"]): row for row in bench.run("mart.target_daily")}
    assert len(rows) == 4 * 365
    last, next_day, end = d("2023-12-29"), d("2023-12-30"), d("2023-12-31")
    actual = {key: row["actual"] for key, row in rows.items()}
    assert [
        actual["wechat_reads", d(day)] for day in ("2023-01-01", "2023-01-02", "2023-01-03")
    ] == [1, 1, 2]
    assert [actual["wechat_reads", day] for day in (last, next_day)] == [362, None]
    assert [
        actual["activities", d(day)]
        for day in ("2023-01-01", "2023-01-02", "2023-12-28", "2023-12-29")
    ] == [
        0,
        1,
        1,
        2,
    ]
    assert [actual["wechat_followers", day] for day in (d("2023-12-28"), last)] == [None, 1100]
    assert {value for (target, _), value in actual.items() if target == "livestreams"} == {None}, (
        "no source: not 0"
    )
    assert rows["wechat_reads", last]["pace"] == pytest.approx(730 * 363 / 369)
    assert rows["activities", d("2023-01-10")]["pace"] == pytest.approx(2)  # 73 x 10 / 365
    # 6 more reads: a third of them on the 30th, because the base has 2 of its last 6 there
    path = [rows["wechat_reads", day]["forecast"] for day in (d("2023-12-28"), last, next_day, end)]
    assert path == [None, 600, pytest.approx(602), pytest.approx(606)]
    assert (
        rows["wechat_reads", next_day]["forecast_low"],
        rows["wechat_reads", end]["forecast_high"],
    ) == (
        pytest.approx(601),
        pytest.approx(609),
    )
    assert rows["activities", next_day]["forecast"] == pytest.approx(2.5)  # by days: one of two


def test_target_evidence_names_file_sheet_and_row() -> None:
    bench = FullBench()
    bench.planned()
    bench.files(1, 2, original_name="f.xls", source="m")
    bench.put("raw.account", {"account_id": "m", "is_main": True})
    bench.lines("staging.reads_metric", "metric", ("reads",))
    where = "load_seq sheet row_number account_id date"
    bench.lines(
        "staging.follower_daily_version",
        f"{where} followers",
        (1, "s", 3, "m", d("2023-06-01"), 100),
        (2, "s", 4, "m", d("2023-06-01"), 101),
        (2, "s", 5, "other", d("2023-06-01"), 9),
    )
    bench.lines(
        "staging.channel_daily_version",
        f"{where} channel reads",
        (1, "s", 3, "m", d("2022-06-01"), "全部", 7),
        (1, "s", 4, "m", d("2022-06-01"), "朋友圈", 3),
        (1, "s", 5, "m", d("2021-12-31"), "全部", 3),
    )
    bench.lines(
        "staging.article_version",
        "load_seq sheet row_number account_id article_id title published_on readers",
        (1, None, None, "m", "x", "甲", d("2023-06-01"), 100_001),
        (1, "s", 9, "m", "y", "乙", d("2023-06-01"), 100_000),
    )
    bench.lines(
        "staging.report_row",
        "load_seq sheet row_number title published_on reads_is_capped",
        (2, "r", 3, "丙", d("2023-06-02"), True),
        (2, "r", 4, "丁", d("2023-06-02"), False),
    )
    bench.lines(
        "staging.report_group",
        "load_seq sheet row_number mention_id",
        (2, "r", 3, "p"),
        (2, "r", 4, "p"),
    )
    bench.lines(
        "mart.mention", "mention_id published_on is_positive_report", ("p", d("2023-06-02"), True)
    )
    bench.lines(
        "staging.activity",
        "activity_id joint_id started_on name load_seq sheet row_number",
        ("a", "a", d("2023-06-30"), "戊", 1, "t", 8),
        ("b", "b", d("2023-07-01"), "己", 1, "t", 9),
    )
    found = pick(
        bench.run("mart.target_evidence"),
        "target_id item_id value in_plan_year sha256 sheet row_number",
    )
    assert found == [
        ("activities", "a", 1.0, True, "sha1", "t", 8),
        ("articles_10w", "m/x", 100_001.0, True, "sha1", "", 0),  # made of several rows of its file
        ("articles_10w", "p", None, True, "sha2", "r", 3),
        ("positive_reports", "p", 1.0, True, "sha2", "r", 3),
        ("positive_reports", "p", 1.0, True, "sha2", "r", 4),
        ("wechat_followers", "2023-06-01", 101.0, True, "sha2", "s", 4),  # the newest version's row
        ("wechat_reads", "2022-06-01", 7.0, False, "sha1", "s", 3),
    ]  # fmt: skip


def test_evidence_is_added_up_by_file_and_by_target() -> None:
    bench = FullBench()
    bench.lines(
        "mart.target_evidence",
        "target_id item_id date in_plan_year source original_name sha256",
        ("reports", "p", d("2023-06-02"), True, "ledger", "a.xls", "sha1"),
        ("reports", "p", d("2023-06-02"), True, "news", "b.xls", "sha2"),  # told twice, one report
        ("reports", "q", d("2023-06-03"), True, "ledger", "a.xls", "sha1"),
        ("reports", "r", d("2022-06-03"), False, "ledger", "a.xls", "sha1"),
        ("reads", "2022-01-01", d("2022-01-01"), False, "m", "c.xls", "sha3"),
    )
    assert pick(
        bench.run("mart.target_evidence_by_file"),
        "target_id original_name rows_in_plan_year rows_in_base_year first_on last_on",
    ) == [
        ("reads", "c.xls", 0, 1, d("2022-01-01"), d("2022-01-01")),
        ("reports", "a.xls", 2, 1, d("2022-06-03"), d("2023-06-03")),
        ("reports", "b.xls", 1, 0, d("2023-06-02"), d("2023-06-02")),
    ]
    assert pick(
        bench.run("mart.target_evidence_total"), "target_id items base_items first_on last_on"
    ) == [
        ("reads", 0, 1, None, None),
        ("reports", 2, 1, d("2023-06-02"), d("2023-06-03")),
    ]
