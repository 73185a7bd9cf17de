"""Year-end scoring of forecasts, and WCI: rows in, rows out."""

from __future__ import annotations

import math
from datetime import date

import pytest

from tests.support.models import FullBench, pick


def d(text: str) -> date:
    return date.fromisoformat(text)


LOG = "run_id as_of plan_year target_id forecast forecast_low forecast_high linear_forecast"


def scored(as_of: str) -> FullBench:
    bench = FullBench(as_of=d(as_of))
    bench.lines(
        "mart.target_progress",
        "target_id actual",
        ("wechat_reads", 200.0),
        ("activities", 80.0),
        ("livestreams", None),
    )
    bench.lines(
        "ops.forecast_log", LOG,
        ("r1", d("2023-06-29"), 2023, "wechat_reads", 150, 140, 160, 100),  # not the last of June
        # run again for the same day: r3 is newer
        ("r2", d("2023-06-30"), 2023, "wechat_reads", 999, 1, 2, 3),
        ("r3", d("2023-06-30"), 2023, "wechat_reads", 180, 160, 210, 250),
        ("r4", d("2023-07-31"), 2023, "wechat_reads", 230, 210, 250, 220),
        ("r4", d("2023-07-31"), 2023, "activities", 60, None, None, 60),
        ("r4", d("2023-07-31"), 2023, "livestreams", 5, 4, 6, 5),
        ("r5", d("2022-05-31"), 2022, "wechat_reads", 90, 80, 100, 120),
        # the year's last days came later
        ("r6", d("2022-12-31"), 2022, "wechat_reads", 97, 97, 97, 97),
        ("r7", d("2023-01-15"), 2022, "wechat_reads", 100, 100, 100, 100),
    )  # fmt: skip
    return bench


def test_forecasts_are_scored_once_the_year_is_over() -> None:
    columns = "plan_year target_id as_of forecast actual error_pct linear_error_pct in_band"
    assert pick(scored("2023-12-31").run("mart.forecast_score"), columns) == [
        # 2022 ended at 100 as known on 15 January 2023
        (
            2022,
            "wechat_reads",
            d("2022-05-31"),
            90,
            100,
            pytest.approx(-10),
            pytest.approx(20),
            True,
        ),
        (2023, "activities", d("2023-07-31"), 60, 80, pytest.approx(-25), pytest.approx(-25), None),
        (
            2023,
            "wechat_reads",
            d("2023-06-30"),
            180,
            200,
            pytest.approx(-10),
            pytest.approx(25),
            True,
        ),
        (
            2023,
            "wechat_reads",
            d("2023-07-31"),
            230,
            200,
            pytest.approx(15),
            pytest.approx(10),
            False,
        ),
    ]


def test_a_year_that_is_not_over_has_no_score() -> None:
    assert pick(scored("2023-12-30").run("mart.forecast_score"), "plan_year") == [(2022,)]


def test_what_was_learned_later_is_not_known_yet() -> None:
    # on 10 January 2023 the run of the 15th has not been: 2022 ended at 97
    assert pick(scored("2023-01-10").run("mart.forecast_score"), "plan_year actual") == [(2022, 97)]


def test_wci_check_value_of_the_published_formula() -> None:
    # R 120000, Z 900, L 1800, RE 2400, n 40, d 30; headlines 70000 500 1000 1300; peak 15000 120
    # 260 310
    bench = FullBench()
    query = """select o, a, h, p, wci_of(o, a, h, p) from (select
        wci_part(120000 / 30.0, 900 / 30.0, 1800 / 30.0, 2400 / 30.0) as o,
        wci_part(120000 / 40.0, 900 / 40.0, 1800 / 40.0, 2400 / 40.0) as a,
        wci_part(70000 / 30.0, 500 / 30.0, 1000 / 30.0, 1300 / 30.0) as h,
        wci_part(15000, 120, 260, 310) as p)"""
    assert bench.con.execute(query).fetchone() == (
        pytest.approx(7.7064, abs=1e-4), pytest.approx(7.4190, abs=1e-4),
        pytest.approx(7.1496, abs=1e-4), pytest.approx(9.0470, abs=1e-4),
        pytest.approx(716.54, abs=0.01),
    )  # fmt: skip


def test_wci_article_takes_what_the_single_file_knows() -> None:
    bench = FullBench()
    bench.lines("raw.account", "account_id platform", ("a", "wechat"))
    bench.lines(
        "mart.article",
        (
            "account_id article_id position title published_on reads readers shares sharers "
            "reads_is_capped"
        ),
        ("a", "100_1", 1, "甲", d("2023-06-05"), 50, 40, 5, 4, False),
        ("a", "100_2", 2, "乙", d("2023-06-05"), None, 30, None, 3, True),
        ("a", "0f3a", None, "丙", d("2023-06-06"), 10, 9, 1, 1, False),
    )  # fmt: skip
    bench.lines(
        "staging.single_article",
        "load_seq account_id title published_on wows wowers likes likers",
        (1, "a", "甲", d("2023-06-05"), 7, None, 8, None),
        (2, "a", "甲", d("2023-06-05"), 9, 6, 11, 7),
        (2, "a", "丙", d("2023-06-06"), None, 2, None, 0),
    )  # fmt: skip
    rows = bench.run("staging.wci_article")
    assert {row["week_start"] for row in rows} == {d("2023-06-05")}  # Monday of the 5th and the 6th
    assert pick(rows,
        "article_id is_headline reads wows likes forwards is_estimate is_lower_bound") == [
        # people, not times; no address, so nobody knows whether it was the headline
        ("0f3a", None, 10, 2, 0, 1, True, False),
        ("100_1", True, 50, 9, 11, 5, False, False),
        ("100_2", False, 30, None, None, 3, True, True),
    ]  # fmt: skip


def part(reads: float, wows: float, likes: float, forwards: float) -> float:
    return (
        0.7 * math.log1p(reads)
        + 0.09 * math.log1p(10 * wows)
        + 0.06 * math.log1p(10 * likes)
        + 0.15 * math.log1p(10 * forwards)
    )


def test_wci_of_a_week_and_why_there_is_none() -> None:
    bench = FullBench(as_of=d("2023-06-20"))
    bench.lines(
        "staging.wci_article",
        (
            "account_id article_id published_on week_start is_headline reads wows likes "
            "forwards is_estimate is_lower_bound"
        ),
        ("a", "1", d("2023-06-05"), d("2023-06-05"), True, 700, 7, 14, 21, False, False),
        ("a", "2", d("2023-06-11"), d("2023-06-05"), False, 1400, 0, 7, 7, False, False),
        ("a", "3", d("2023-06-12"), d("2023-06-12"), True, 100, None, None, 5, False, False),
        ("a", "4", d("2023-06-13"), d("2023-06-12"), None, None, 1, 1, 1, True, False),
        # a week that is not over
        ("a", "5", d("2023-06-19"), d("2023-06-19"), True, 100, 1, 1, 1, False, False),
        ("b", "6", d("2023-06-05"), d("2023-06-05"), False, 0, 0, 0, 0, False, False),
    )  # fmt: skip
    rows = {(row["account_id"], row["week_start"]): row for row in bench.run("mart.wci_weekly")}
    assert set(rows) == {("a", d("2023-06-05")), ("a", d("2023-06-12")), ("b", d("2023-06-05"))}
    full, lacking, zero = (
        rows["a", d("2023-06-05")],
        rows["a", d("2023-06-12")],
        rows["b", d("2023-06-05")],
    )
    # R 2100, Z 7, L 21, RE 28 of 2 articles in 7 days; headlines 700 7 14 21; peaks 1400 7 14 21
    overall, average = part(300, 1, 3, 4), part(1050, 3.5, 10.5, 14)
    headline, peak = part(100, 1, 2, 3), part(1400, 7, 14, 21)
    assert full["wci"] == pytest.approx(
        (0.6 * overall + 0.2 * average + 0.1 * headline + 0.1 * peak) ** 2 * 12
    )
    assert (full["version"], full["reason_zh"]) == ("V14.2（含转发）", None)
    assert (zero["wci"], zero["is_estimate"]) == (0, False)
    assert (lacking["wci"], lacking["overall"], lacking["is_estimate"]) == (None, None, True)
    assert lacking["reason_zh"] == (
        "有 1 篇没有阅读；有 1 篇没有在看数（只有单篇详情里有）；有 1 "
        "篇没有点赞数（只有单篇详情里有）；有 1 篇没有链接，不知是否头条"
    )
