"""Sites, submissions, surveys and what has been delivered. Rows in, rows out, worked out by hand."""

from __future__ import annotations

import pytest

from tests.support.models import WHERE, FullBench, d, days, ledger_bench, pick


@pytest.fixture
def bench() -> FullBench:
    return ledger_bench()


def test_site_is_one_row_for_each_use(bench: FullBench) -> None:
    bench.lines(
        "raw.ledger_site", f"{WHERE} name unit_name used_on used_by is_shared default_year",
        (1, "s", 3, "法治公园", "黄浦城管", None, None, "是", None),
        (1, "s", 4, "法治公园", "黄浦区", "6月1日", "甲", None, 2023),
        (2, "s", 3, "【新】法治公园", "黄浦区", "2023-06-01", "乙", "否", None),
        (2, "s", 4, "法治公园", "没有的", None, None, None, None),
        (9, "s", 3, "看不见", "黄浦区", None, None, None, None),
        (1, "s", 5, "撤下的", "黄浦区", None, None, None, None),
    )  # fmt: skip
    bench.put(
        "staging.gone_row", {"load_seq": 1, "sheet": "s", "row_number": 5, "is_withdrawn": True}
    )
    rows = bench.run("staging.site")
    assert pick(rows, "load_seq row_number use_key name manager unit used_by is_shared") == [
        (1, 3, "", "法治公园", "黄浦区", "黄浦区", None, True),
        (2, 3, "2023-06-01", "【新】法治公园", "黄浦区", "黄浦区", "乙", False),
        (2, 4, "", "法治公园", "没有的", None, None, None),  # an unknown keeper: another site
    ]  # fmt: skip
    assert len({row["site_id"] for row in rows}) == 2


def test_submission_is_one_by_sender_day_and_title(bench: FullBench) -> None:
    bench.lines(
        "raw.ledger_submission",
        f"{WHERE} submitted_on title unit_name is_adopted adopted_on url default_year",
        (1, "s", 3, "6月1日", "拆违", "黄浦城管", None, None, None, 2023),
        (2, "s", 3, "2023-06-01", "拆违！", "黄浦区", None, "2023-06-05", None, None),
        (2, "s", 4, "2023-06-02", "有链接", "黄浦区", None, None, "https://a.cn/1", None),
        (2, "s", 5, "2023-06-02", "说了否", "黄浦区", "否", None, "https://a.cn/2", None),
        (2, "s", 6, "2023-06-02", "没采用", "别的", None, None, None, None),
        (2, "s", 7, "2023-07-01", "以后", "黄浦区", None, None, None, None),
    )  # fmt: skip
    rows = bench.run("staging.submission_row", "staging.submission")
    assert pick(rows, "row_number title sender unit is_adopted") == [
        # the later file counts; a day of adoption says adopted
        (3, "拆违！", "黄浦区", "黄浦区", True),
        # what the ledger says comes first
        (4, "有链接", "黄浦区", "黄浦区", True), (5, "说了否", "黄浦区", "黄浦区", False),
        (6, "没采用", "别的", None, False),
    ]  # fmt: skip


def test_whether_a_submission_was_adopted_is_unknown_where_it_cannot_be_read(
    bench: FullBench,
) -> None:
    bench.lines("raw.ledger_submission", f"{WHERE} title is_adopted adopted_on url",
        (1, "s", 3, "甲", "大概", None, None), (1, "s", 4, "乙", None, "6/5/2023", None),
        (1, "s", 5, "丙", None, None, "见公众号"), (1, "s", 6, "丁", None, None, "无"),
        (1, "s", 7, "戊", "大概", "2023-06-05", None), (1, "s", 8, "己", "未采用", None, "x"),
        submitted_on="2023-06-01", unit_name="黄浦区")  # fmt: skip
    assert pick(bench.run("staging.submission_row", "staging.submission"), "row_number is_adopted") == [
        (3, None), (4, None), (5, None), (6, False), (7, True), (8, False)]  # fmt: skip


def test_satisfaction_period_is_published_the_month_after(bench: FullBench) -> None:
    periods = ("2023上半年", "2023年下半年", "2022年度", "2022", "2023年一季度")
    bench.lines(
        "mart.satisfaction", "period", *((period,) for period in periods), survey_name="测",
        subject="市局", indicator="总体",
    )  # fmt: skip
    assert pick(bench.run("staging.satisfaction_period"), "period published_on") == [
        ("2022", d("2023-01-01")), ("2022年度", d("2023-01-01")), ("2023上半年", d("2023-07-01")),
        ("2023年下半年", d("2024-01-01")),
    ]  # fmt: skip


def test_delivered_day_is_a_day_with_a_figure(bench: FullBench) -> None:
    one, two = d("2023-06-01"), d("2023-06-02")
    bench.lines(
        "mart.account_daily", "account_id date followers net_followers reads readers",
        ("total", one, 10, 1, None, None), ("total", two, None, 1, None, 7),
        ("net", one, None, -1, 0, None), ("none", one, None, None, None, None),
    )  # fmt: skip
    bench.lines(
        "staging.platform_daily",
        "account_id date plays shares",
        ("total", one, 0, None),
        ("total", two, None, 5),
    )
    bench.lines(
        "mart.activity",
        "activity_id unit started_on",
        ("x", "黄浦区", one),
        ("y", "黄浦区", one),
        ("z", None, two),
    )
    bench.lines("mart.portal_month", "month portal", (one, "甲"), (one, "乙"))
    assert pick(bench.run("staging.account_delivered_day"), "account_id measure date") == [
        ("net", "followers", one),  # an account whose platform gives no total
        ("net", "reads", one),  # 0 is a figure
        ("total", "followers", one),  # on 2 June the total is missing
        ("total", "plays", one), ("total", "reads", two),
    ]  # fmt: skip
    assert pick(bench.run("staging.unit_delivered_day"), "owner measure date") == [
        ("office", "portal", one), ("黄浦区", "activity", one),
    ]  # fmt: skip


def test_expected_period_counts_the_days_of_each_period_that_is_over() -> None:
    bench = FullBench(as_of=d("2023-03-31"))
    columns = "owner_kind owner export measure is_daily every within_days since"
    bench.lines(
        "raw.expected_export", columns, ("account", "a", "x", "reads", True, "month", 5, None),
        ("unit", "黄浦区", "y", "activity", False, "quarter", 10, None),
        ("account", "b", "x", "reads", True, "month", 5, d("2023-03-11")),
        ("office", "office", "z", "training", False, "half_year", 5, None),
    )  # fmt: skip
    delivered = [("a", "reads", day) for day in days(d("2023-02-15"), d("2023-03-02"))]
    bench.lines(
        "staging.account_delivered_day", "account_id measure date", *delivered,
        ("b", "reads", d("2023-03-10")), ("b", "reads", d("2023-03-11")),
    )  # fmt: skip
    bench.lines(
        "staging.unit_delivered_day", "owner measure date", ("黄浦区", "activity", d("2023-01-05"))
    )
    assert pick(bench.run("staging.expected_period"),
        "owner period first_on last_on days_known due_on") == [
        # from its first day of data
        ("a", "2023-02", d("2023-02-15"), d("2023-02-28"), 14, d("2023-03-05")),
        ("a", "2023-03", d("2023-03-01"), d("2023-03-31"), 2, d("2023-04-05")),
        # what came before `since` does not count
        ("b", "2023-03", d("2023-03-11"), d("2023-03-31"), 1, d("2023-04-05")),
        ("黄浦区", "2023-Q1", d("2023-01-01"), d("2023-03-31"), 1, d("2023-04-10")),
    ]  # fmt: skip
