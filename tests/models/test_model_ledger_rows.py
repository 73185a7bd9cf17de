"""Ledgers as typed rows: each cell is read once, whatever day the figures are of."""

from __future__ import annotations

import pytest

from tests.support.models import WHERE, FullBench, at, d, pick


@pytest.fixture
def bench() -> FullBench:
    bench = FullBench()
    bench.files(1, known_on=d("2023-06-29"), unit="黄浦区")
    return bench


def test_an_activity_row_may_lie_after_the_day(bench: FullBench) -> None:
    bench.lines(
        "raw.ledger_activity", f"{WHERE} name started_on host participants default_year",
        (1, "s", 3, "【6月】进社区！", "7月15日-17日", "甲科", "1,200", 2023),
        (2, "s", 3, "看不见", "2023-06-01", "甲科", "1", None),
    )  # fmt: skip
    assert pick(
        bench.run("staging.activity_row"),
        "name name_key started_on ended_on participants unit_text",
    ) == [("【6月】进社区！", "进社区", d("2023-07-15"), d("2023-07-17"), 1200, "黄浦区")]


def test_a_product_row_has_its_address_for_comparison(bench: FullBench) -> None:
    bench.lines(
        "raw.ledger_product", f"{WHERE} name published_at url reads_or_plays is_10w",
        (1, "s", 3, "长图", "2023-06-01 08:30", "https://www.v.cn/1?utm_source=x", "10万+", None),
        (1, "s", 4, "短片", "2023-06-02", None, "99", "是"),
    )  # fmt: skip
    assert pick(
        bench.run("staging.product_row"),
        "name published_at published_on canonical_url reads_or_plays reads_is_capped is_10w",
    ) == [
        ("短片", at("2023-06-02 00:00"), d("2023-06-02"), None, 99, False, True),
        ("长图", at("2023-06-01 08:30"), d("2023-06-01"), "v.cn/1", 100001, True, True),
    ]


def test_a_training_row_has_its_first_and_last_day(bench: FullBench) -> None:
    bench.lines(
        "raw.ledger_training", f"{WHERE} name started_on hours participants",
        (1, "s", 3, "通讯员培训", "2023-06-01至6月2日", "1.5", "约30人"),
    )  # fmt: skip
    assert pick(
        bench.run("staging.training_row"), "name_key started_on ended_on hours participants"
    ) == [("通讯员培训", d("2023-06-01"), d("2023-06-02"), 1.5, None)]


def test_an_interview_row_has_day_and_moment(bench: FullBench) -> None:
    bench.lines(
        "raw.ledger_interview", f"{WHERE} topic held_at portal questions",
        (1, "s", 3, "优化营商环境", "2023-04-26 14:00", "门户", "30"),
    )  # fmt: skip
    assert pick(bench.run("staging.interview_row"), "topic_key held_at held_on questions") == [
        ("优化营商环境", at("2023-04-26 14:00"), d("2023-04-26"), 30)
    ]


def test_a_submission_row_is_adopted_when_it_says_when_or_where(bench: FullBench) -> None:
    bench.lines(
        "raw.ledger_submission", f"{WHERE} title submitted_on unit_name adopted_on url is_adopted",
        (1, "s", 3, "甲", "2023-06-01", "黄浦城管", "2023-06-02", None, None),
        (1, "s", 4, "乙", "2023-06-01", "黄浦城管", None, None, None),
        (1, "s", 5, "丙", "2023-06-01", "黄浦城管", None, None, "大概"),
    )  # fmt: skip
    assert pick(
        bench.run("staging.submission_row"), "title submitted_on unit_text adopted_on is_adopted"
    ) == [
        ("丙", d("2023-06-01"), "黄浦城管", None, None),
        ("乙", d("2023-06-01"), "黄浦城管", None, False),
        ("甲", d("2023-06-01"), "黄浦城管", d("2023-06-02"), True),
    ]


def test_an_incident_row_reads_each_time_once(bench: FullBench) -> None:
    bench.lines(
        "raw.ledger_incident",
        f"{WHERE} title found_at first_published_at judged_at answered_at press_conference_at closed_at",
        (1, "s", 3, "来电13812345678", "2023-06-02 08:00", "2023-06-01", "2023-06-02 09:00", "大概",
            "2023-06-03 10:00", "2023-06-04"),
    )  # fmt: skip
    rows = bench.run("staging.incident_row")
    assert pick(rows, "title title_key first_published_at found_at found_has_clock judged_at") == [
        ("来电138****5678", "来电1385678", at("2023-06-01 00:00"), at("2023-06-02 08:00"), True,
            at("2023-06-02 09:00"))
    ]  # fmt: skip
    assert pick(
        rows, "answered_at answer_is_unread press_conference_at press_is_unread closed_at unit_text"
    ) == [(None, True, at("2023-06-03 10:00"), False, at("2023-06-04 00:00"), "黄浦区")]


def test_a_portal_item_row_counts_as_accepted_by_what_it_gives(bench: FullBench) -> None:
    bench.lines(
        "raw.ledger_portal_item",
        f"{WHERE} submitted_on title portal unit_name is_accepted accepted_on url default_year",
        (1, "s", 3, "5月2日", "【甲】", "市府网", "黄浦区", None, "5月9日", None, 2023),
        (1, "s", 4, "2023-05-02", "乙", "市府网", None, "待定", "2023-05-09", None, None),
        (1, "s", 5, "看不懂", "丙", "市府网", None, None, None, None, None),
    )  # fmt: skip
    assert pick(
        bench.run("staging.portal_item_row"), "title_key submitted_on accepted_on is_accepted"
    ) == [
        (None, d("2023-05-02"), d("2023-05-09"), True),  # all of the title is in brackets
        ("丙", None, None, False),
        ("乙", d("2023-05-02"), d("2023-05-09"), True),  # the date of acceptance decides
    ]


def test_a_portal_month_row_is_typed_whatever_its_file_says_of_the_year(bench: FullBench) -> None:
    bench.lines(
        "raw.ledger_portal_month",
        f"{WHERE} month portal unit_name submitted acceptance_rate rank default_year",
        (1, "s", 3, "6月", "门户", "市局", "20", "25%", "3", 2023),
        (1, "s", 4, "2023-07", "门户", "市局", "约20", "1/4", None, None),
    )  # fmt: skip
    assert pick(bench.run("staging.portal_month_row"), "month submitted stated_rate rank") == [
        (d("2023-06-01"), 20, 0.25, 3),
        (d("2023-07-01"), 20, None, None),
    ]


def test_a_project_figure_row_keeps_the_project_as_written(bench: FullBench) -> None:
    bench.lines(
        "raw.ledger_project_figure", f"{WHERE} project figure counted_on value default_year",
        (1, "s", 2, " 最美城管人 ", "网络票数", "6月30日", "12万", 2023),
    )  # fmt: skip
    assert pick(
        bench.run("staging.project_figure_row"), "project_text figure counted_on value"
    ) == [("最美城管人", "网络票数", d("2023-06-30"), 120_000)]
