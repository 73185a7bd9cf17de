"""The hand-kept ledgers, staging and mart: what is one event, which version counts.

Rows in, rows out.
"""

from __future__ import annotations

import pytest

from tests.support.models import WHERE, FullBench, at, d, ledger_bench, pick


@pytest.fixture
def bench() -> FullBench:
    return ledger_bench()


def test_activity_is_one_by_day_name_and_host(bench: FullBench) -> None:
    bench.lines(
        "raw.ledger_activity", f"{WHERE} name started_on host participants unit default_year",
        (1, "s", 3, "公众开放日", "2023-07-15", "科", "1", None, None),  # after as_of
        (1, "s", 4, "进社区", "6月1日-3日", "甲科", "约200人", "黄浦城管", 2023),
        (1, "s", 5, "进社区", "2023-06-01", "乙科", "30", None, None),
        # the later file's figures count
        (2, "s", 9, "【进社区】进社区", "2023-06-01", "乙科", "40", None, None),
        (3, "s", 1, "看不见", "2023-06-01", "科", "1", None, None),
    )  # fmt: skip
    found = pick(
        bench.run("staging.activity_row", "staging.activity"),
        "name started_on ended_on host participants unit_text load_seq row_number",
    )
    assert found == [
        # without a unit the host stands for it
        ("【进社区】进社区", d("2023-06-01"), None, "乙科", 40, "乙科", 2, 9),
        # 约200人 is no number
        ("进社区", d("2023-06-01"), d("2023-06-03"), "甲科", None, "黄浦城管", 1, 4),
    ]


def test_mart_activity_lasts_a_day_and_finds_unit_and_project(bench: FullBench) -> None:
    bench.lines(
        "staging.project_name", "name_zh month project_id", ("开放日", 6, "p6"), ("开放日", 7, "p7")
    )
    bench.lines(
        "staging.activity", "activity_id joint_id started_on ended_on unit_text project_text name",
        ("x", "x", d("2023-06-01"), None, "黄浦城管", "开放日", "n"),
        ("y", "y", d("2023-06-01"), d("2023-06-02"), "没有的", "别的", "n"),
    )  # fmt: skip
    found = pick(bench.run("mart.activity"), "activity_id ended_on unit unit_text project_id")
    assert found == [
        ("x", d("2023-06-01"), "黄浦区", "黄浦城管", "p6"),
        ("y", d("2023-06-02"), None, "没有的", None),
    ]


def test_interview_is_one_by_portal_day_and_topic(bench: FullBench) -> None:
    bench.lines(
        "raw.ledger_interview", f"{WHERE} topic held_at portal questions",
        (1, "s", 3, "优化营商环境", "2023-04-26 14:00", "门户", "30"),
        (1, "s", 4, "优化营商环境", "2023-04-26", "门户", "31"),
        (1, "s", 5, "优化营商环境", "2023-04-26", "别的门户", "-"),
    )  # fmt: skip
    found = pick(
        bench.run("staging.interview_row", "staging.interview"),
        "portal held_at held_on questions row_number",
    )
    assert found == [
        ("别的门户", at("2023-04-26"), d("2023-04-26"), None, 5),
        # within one file the lower row is the later word
        ("门户", at("2023-04-26"), d("2023-04-26"), 31, 4),
    ]


def test_mart_portal_interview_warns_of_more_answers_than_questions(bench: FullBench) -> None:
    bench.lines(
        "staging.interview", "interview_id questions answered_live answered_later unit_text",
        ("ok", 30, 20, 10, "黄浦区"), ("odd", 30, 20, 11, None), ("open", None, 5, None, None),
    )  # fmt: skip
    assert pick(bench.run("mart.portal_interview"), "interview_id unit") == [
        ("odd", None),
        ("ok", "黄浦区"),
        ("open", None),
    ]
    assert [warning.failing_rows for warning in bench.warnings] == [1]


def test_live_joins_ledger_and_export_column_by_column(bench: FullBench) -> None:
    bench.lines("raw.account", "account_id platform", ("dy", "douyin"))
    bench.lines(
        "raw.platform",
        "platform live_zh lives_by_default",
        ("douyin", "抖音", False),
        ("channels", "视频号", True),
    )
    bench.lines(
        "raw.ledger_live",
        (
            f"{WHERE} source title platform account_name started_at duration_minutes viewers "
            "viewers_wan"
        ),
        (
            1, "s", 3, "ledger", "开放日", "视频号", "上海城管", "2023-06-01 09:00", "1.5",
            None, "1.2",
        ),
        # no platform column: 视频号
        (2, "s", 3, "v", None, None, "上海城管", "2023-06-01 09:00:00", None, "12345", None),
        (2, "s", 4, "dy", "夜查", None, "上海城管", "2023-06-01 09:00", None, None, None),
        (2, "s", 5, "v", "以后", None, "上海城管", "2023-07-01 09:00", None, None, None),
    )  # fmt: skip
    found = pick(
        bench.run(
            "staging.live_version", "staging.live_start", "staging.live_match", "staging.live"
        ),
        "platform title started_at duration_seconds viewers source load_seq",
    )
    assert found == [
        (
            "抖音",
            "夜查",
            at("2023-06-01 09:00"),
            None,
            None,
            "dy",
            2,
        ),  # the same hour on another platform is another session
        ("视频号", "开放日", at("2023-06-01 09:00"), 90.0, 12_345, "v", 2),
    ]


def test_mart_live_session_adds_the_unit(bench: FullBench) -> None:
    bench.lines(
        "staging.live",
        "live_id title started_on unit_text viewers",
        ("x", "t", d("2023-06-01"), "黄浦城管", 5),
    )
    assert pick(bench.run("mart.live_session"), "live_id started_on unit viewers") == [
        ("x", d("2023-06-01"), "黄浦区", 5)
    ]


def test_product_is_one_by_address(bench: FullBench) -> None:
    bench.lines(
        "raw.ledger_product", f"{WHERE} name published_at account_name url reads_or_plays is_10w",
        (1, "s", 3, "长图", "2023-06-01", "号", "https://v.cn/1?utm_source=x", "9万", "否"),
        (2, "s", 3, "长图（改）", "2023-06-01", "号", "http://www.v.cn/1", "10万+", None),
        (2, "s", 4, "短视频", "2023-06-02", "号", None, "100000", None),
        (2, "s", 5, "短视频", "2023-06-02", "别号", None, None, "是"),
        (2, "s", 6, "没数", "2023-06-02", "号", None, None, None),
    )  # fmt: skip
    found = pick(
        bench.run("staging.product_row", "staging.product"),
        "name account_name reads_or_plays reads_is_capped is_10w known_on",
    )
    assert found == [
        ("没数", "号", None, False, None, d("2023-06-29")),  # nothing known is not “no”
        ("短视频", "别号", None, False, True, d("2023-06-29")),
        ("短视频", "号", 100_000, False, False, d("2023-06-29")),
        ("长图（改）", "号", 100_001, True, True, d("2023-06-29")),
    ]


def test_mart_new_media_product_finds_unit_and_project(bench: FullBench) -> None:
    bench.lines("staging.project_name", "name_zh month project_id", ("专题", 12, "p"))
    bench.lines(
        "staging.product", "product_id published_on unit_text project_text",
        ("x", d("2022-12-31"), "黄浦区", "专题"), ("y", d("2023-01-01"), None, "专题"),
    )  # fmt: skip
    assert pick(bench.run("mart.new_media_product"), "product_id unit project_id") == [
        ("x", "黄浦区", "p"),
        ("y", None, None),
    ]


def test_training_is_one_by_day_and_name(bench: FullBench) -> None:
    bench.lines(
        "raw.ledger_training", f"{WHERE} name started_on participants hours",
        (1, "s", 3, "骨干培训", "2024-02-29至3月1日", "40", "6.5"),
        (1, "t", 3, "骨干培训", "2023-05-18", "41", None),
        (2, "s", 3, "骨干培训", "2023-05-18", None, "4"),
    )  # fmt: skip
    bench.context(d("2024-06-30"), 2024)
    found = pick(
        bench.run("staging.training_row", "staging.training"),
        "started_on ended_on participants hours load_seq",
    )
    assert found == [
        (d("2023-05-18"), None, None, 4.0, 2),
        (d("2024-02-29"), d("2024-03-01"), 40, 6.5, 1),
    ]


def test_mart_training_names_the_quarter(bench: FullBench) -> None:
    bench.lines(
        "staging.training",
        "training_id started_on unit_text",
        ("x", d("2023-03-31"), "黄浦城管"),
        ("y", d("2023-04-01"), None),
    )
    assert pick(bench.run("mart.training"), "training_id quarter ended_on unit") == [
        ("x", 1, d("2023-03-31"), "黄浦区"),
        ("y", 2, d("2023-04-01"), None),
    ]


def test_portal_items_are_counted_where_no_month_is_given(bench: FullBench) -> None:
    """June is given by the month's ledger, too, and differs there; a later file mends an item."""
    bench.lines(
        "raw.ledger_portal_item",
        f"{WHERE} submitted_on title portal unit_name is_accepted accepted_on url score",
        (1, "s", 3, "2023-05-02", "甲", "市府网", "黄浦区", "是", None, None, "2"),
        (1, "s", 4, "2023-05-09", "乙", "市府网", "黄浦区", None, "2023-06-01", None, "1.5"),
        (1, "s", 5, "2023-05-30", "丙", "市府网", "黄浦区", "否", None, None, None),
        (1, "s", 6, "2023-05-30", "丙", "市府网", "徐汇区", None, None, None, None),
        (2, "s", 3, "2023-05-30", "丙", "市府网", "黄浦区", "待定", None, None, None),
        (1, "s", 7, "2023-06-02", "丁", "市府网", "黄浦区", "是", None, None, None),
        (1, "s", 8, "2023-07-01", "戊", "市府网", "黄浦区", "是", None, None, None),
    )
    bench.lines(
        "raw.ledger_portal_month",
        f"{WHERE} month portal unit_name submitted accepted",
        (1, "m", 3, "2023-06", "市府网", "黄浦城管", "3", "1"),
    )
    bench.run("staging.portal_month_row", "staging.portal_item_row", "staging.portal_item")
    found = pick(
        bench.run("mart.portal_month"),
        "month unit_name submitted accepted acceptance_rate score items_submitted items_accepted",
    )
    assert sorted(found, key=str) == [
        (d("2023-05-01"), "徐汇区", 1, 0, 0.0, None, 1, 0),
        (d("2023-05-01"), "黄浦区", 3, 2, pytest.approx(2 / 3), 3.5, 3, 2),
        (d("2023-06-01"), "黄浦城管", 3, 1, pytest.approx(1 / 3), None, 1, 1),
    ]
    assert [warning.failing_rows for warning in bench.warnings] == [1]


def test_portal_month_takes_the_newest_and_works_out_the_rate(bench: FullBench) -> None:
    bench.lines(
        "raw.ledger_portal_month",
        (
            f"{WHERE} month portal unit_name submitted accepted acceptance_rate rank ranked_units "
            "default_year"
        ),
        (1, "s", 3, "6月", "门户", "市局", "20", "5", None, "3", "16", 2023),
        (2, "s", 3, "2023年6月", "门户", "市局", "20", "6", None, "17", "16", None),
        (2, "s", 4, "2023-05", "门户", "市局", "0", "0", None, None, None, None),
        (2, "s", 5, "202304", "门户", "市局", "3", "1", "33.3%", None, None, None),
        (2, "s", 6, "2023-07", "门户", "市局", "1", "1", None, None, None, None),
    )  # fmt: skip
    bench.run("staging.portal_month_row")
    found = pick(bench.run("mart.portal_month"), "month submitted accepted acceptance_rate rank")
    assert found == [
        (d("2023-04-01"), 3, 1, pytest.approx(0.333), None),  # as the ledger says
        (d("2023-05-01"), 0, 0, None, None),  # nothing submitted has no rate
        (d("2023-06-01"), 20, 6, pytest.approx(0.3), 17),
    ]
    assert [warning.failing_rows for warning in bench.warnings] == [1]  # rank 17 of 16


def test_satisfaction_keeps_scores_and_shares_apart(bench: FullBench) -> None:
    bench.lines(
        "raw.ledger_satisfaction",
        f"{WHERE} period survey_name subject indicator score full_score satisfied",
        (1, "s", 3, "2023上半年", "测评", "市局", None, "88.5", None, None),
        (2, "s", 3, "2023上半年", "测评", "市局", "总体", "89", None, "96.1"),
        (1, "s", 4, "2023上半年", "测评", "黄浦区", None, "95.5％", "10", None),
    )  # fmt: skip
    found = pick(bench.run("mart.satisfaction"), "subject indicator score full_score satisfied_pct")
    assert found == [("市局", "总体", 89.0, 100.0, 96.1), ("黄浦区", "总体", None, 10.0, 95.5)]
