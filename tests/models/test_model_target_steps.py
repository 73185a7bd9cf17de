"""Each step from the plan's figures to the verdict on its own. Rows in, rows out; together.

Test_model_targets, test_model_verdicts.
"""

from __future__ import annotations

import pytest

from tests.support.models import FullBench, d, pick

PLAN = "target_id kind pace growth_pct target"


def test_target_recent_is_the_pace_of_28_days() -> None:
    bench = FullBench(as_of=d("2023-06-30"))
    bench.lines(
        "raw.plan_target",
        "target_id kind",
        ("f", "stock_growth"),
        ("r", "flow_growth"),
        ("c", "count"),
        ("none", "count"),
    )
    bench.put("staging.target_followers", {"metric": "followers", "actual_on": d("2023-06-30")})
    bench.lines(
        "staging.main_daily",
        "date followers",
        (d("2023-06-02"), 1000),
        (d("2023-06-03"), 1200),
        (d("2023-06-30"), 1280),
    )
    bench.lines(
        "staging.read_daily", "date value", (d("2023-06-02"), 999), (d("2023-06-03"), 100),
        (d("2023-06-10"), None), (d("2023-06-30"), 200),
    )  # fmt: skip
    held = ("02", "03", "05", "08", "13", "21", "29", "30")
    bench.lines(
        "staging.target_event",
        "target_id event_id date",
        *(("c", day, d(f"2023-06-{day}")) for day in held),
    )
    # 280 in the 28 days since 2 June; 300 on two known days; 7 of the 8 events are in 3 to 30 June
    assert pick(
        bench.run("staging.target_recent"), "target_id recent_daily",
    ) == [("c", 0.25), ("f", 10.0), ("none", 0.0), ("r", 150.0)]  # fmt: skip


def test_target_figure_says_what_is_known_and_whether_it_suffices() -> None:
    bench = FullBench(as_of=d("2023-05-31"))  # day 151 of 365
    bench.lines(
        "raw.plan_target", PLAN, ("f", "stock_growth", "linear", 20.0, None),
        ("r", "flow_growth", "comparable", 20.0, None),
        ("c", "count", "linear", None, 50.0), ("open", "count", "linear", None, None),
    )  # fmt: skip
    bench.lines(
        "staging.target_followers", "metric baseline actual days_covered actual_on",
        ("followers", 1000.0, 1100.0, 150, d("2023-05-17")),
    )  # fmt: skip
    bench.lines(
        "staging.target_reads",
        "metric baseline actual days_covered comparable_actual comparable_base",
        ("reads", 36_500.0, 15_000.0, 120, 15_000.0, 12_500.0),
    )  # fmt: skip
    bench.lines("staging.target_count", "target_id actual", ("c", None), ("open", 3.0))
    rows = bench.run("staging.target_figure")
    columns = "target_id target actual growth_pct days_covered is_unplanned is_base_thin is_thin"
    assert pick(rows, columns) == [
        ("c", 50.0, None, None, None, False, False, False),
        # 17 May is 14 days before
        ("f", 1200.0, 1100.0, pytest.approx(10), 150, False, False, False),
        ("open", None, 3.0, None, None, True, False, False),
        # no day of the base year is known: no target; 120 of 151 days are less than 80 %
        ("r", None, 15_000.0, pytest.approx(20), 120, False, True, True),
    ]  # fmt: skip
    assert {(row["days_expected"], row["days_left"], row["elapsed"]) for row in rows} == {
        (151, 214, 151 / 365)
    }


def test_target_piece_of_quarters_and_of_planned_months() -> None:
    bench = FullBench(as_of=d("2023-06-30"))
    bench.lines(
        "raw.plan_target",
        "target_id pace",
        ("q", "quarters"),
        ("s", "scheduled"),
        ("none", "quarters"),
    )
    bench.lines(
        "raw.plan_target_month", "target_id month share",
        *(("q", month, 0.25) for month in (3, 6, 9, 12)),
        ("s", 4, 1 / 3), ("s", 11, 2 / 3), ("none", 3, 1.0),
    )  # fmt: skip
    bench.lines(
        "staging.target_figure",
        "target_id target actual",
        ("q", 4.0, 3.0),
        ("s", 3.0, 2.0),
        ("none", 1.0, None),
    )
    days = ("2023-01-09", "2023-03-31", "2023-06-30", "2023-07-01")
    bench.lines(
        "staging.target_event", "target_id event_id date", *(("q", day, d(day)) for day in days)
    )
    assert pick(bench.run("mart.target_piece"),
        "target_id due_on piece_zh wanted events done is_over") == [
        ("none", d("2023-03-31"), "一季度", 1, None, None, True),  # nothing came: not 0
        # the second of the quarter serves no other quarter
        ("q", d("2023-03-31"), "一季度", 1, 2, 1, True),
        ("q", d("2023-06-30"), "二季度", 1, 1, 1, True),
        ("q", d("2023-09-30"), "三季度", 1, 0, 0, False),  # 1 July is after the day of the figures
        ("q", d("2023-12-31"), "四季度", 1, 0, 0, False),
        # 2 fill 1 + 1 of 2
        ("s", d("2023-04-30"), "4月", 1, None, 1, True),
        ("s", d("2023-11-30"), "11月", 2, None, 1, False),
    ]  # fmt: skip


def test_target_gap_is_what_is_missing_and_how_it_is_told() -> None:
    bench = FullBench(as_of=d("2023-08-31"))
    bench.lines(
        "staging.target_figure", "target_id kind pace target actual",
        ("f", "stock_growth", "linear", 1000.5, 390.0), ("q", "count", "quarters", 3.0, 4.0),
        ("week", "count", "linear", 9.0, 0.0), ("each", "count", "linear", 8.0, 0.0),
        ("s", "count", "scheduled", 3.0, None), days_left=61,
    )  # fmt: skip
    bench.lines(
        "staging.target_recent",
        "target_id recent_daily",
        ("f", 5.0),
        ("q", 0.0),
        ("week", 0.0),
        ("each", 0.0),
        ("s", 0.0),
    )
    bench.lines(
        "mart.target_piece", "target_id due_on piece_zh wanted done is_over",
        ("q", d("2023-03-31"), "一季度", 1, 1, True),
        ("q", d("2023-06-30"), "二季度", 1, 0, True), ("q", d("2023-09-30"), "三季度", 1, 0, False),
    )  # fmt: skip
    rows = bench.run("staging.target_gap")
    assert pick(rows, "target_id gap daily_need told_by rate_by") == [
        # 1,000.5 is 1,001
        ("each", 8.0, 8 / 61, "rate", "each"), ("f", 611.0, 611 / 61, "rate", "day"),
        ("q", 0.0, None, "quarters", "each"), ("s", None, None, "events", "each"),
        ("week", 9.0, 9 / 61, "rate", "week"),  # 7 x 9 >= 61
    ]  # fmt: skip
    (quarters,) = [row for row in rows if row["target_id"] == "q"]
    assert pick(
        [quarters], "pieces pieces_over missed_zh next_zh next_due_on next_missing last_zh",
    ) == [(3, 2, "二季度", "三季度", d("2023-09-30"), 1, "三季度")]  # fmt: skip


def test_target_pace_judges_by_the_pace_of_the_plan() -> None:
    bench = FullBench()
    figure = "target_id kind pace baseline target actual is_thin"
    bench.lines(
        "staging.target_figure", figure, ("linear", "count", "linear", None, 250.0, 96.9, False),
        ("none", "count", "linear", None, 250.0, None, False),
        ("quarters", "count", "quarters", None, 4.0, 3.0, False),
        ("reads", "flow_growth", "comparable", 900.0, 1000.0, 400.0, False),
        ("stock", "stock_growth", "linear", 1000.0, 1200.0, 1080.0, False),
        ("thin", "flow_growth", "comparable", 900.0, 1000.0, 400.0, True),
        ("nobase", "flow_growth", "comparable", 9.0, None, 400.0, True),
        ("met", "count", "linear", None, 96.0, 96.0, False), elapsed=0.4, days_left=219,
    )  # fmt: skip
    bench.lines(
        "staging.forecast", "target_id forecast chance base_share", ("linear", 240.0, 0.69, None),
        ("reads", 990.0, 0.5, 0.5), ("thin", 990.0, 0.5, 0.5),
    )  # fmt: skip
    bench.lines(
        "mart.target_piece", "target_id due_on wanted done is_over",
        ("quarters", d("2023-03-31"), 1, 1, True), ("quarters", d("2023-06-30"), 1, 0, True),
    )  # fmt: skip
    assert pick(bench.run("staging.target_pace"),
        "target_id status expected_by_now pace_index model_forecast linear_forecast") == [
        # 96.9 / 0.4
        ("linear", "at_risk", 100.0, pytest.approx(0.969), 240.0, pytest.approx(242.25)),
        ("met", "met", pytest.approx(38.4), pytest.approx(2.5), None, pytest.approx(240)),
        ("nobase", "no_baseline", None, None, None, None),
        ("none", "no_data", 100.0, None, None, None),
        # two are due, one quarter has its own
        ("quarters", "behind", 2.0, 0.5, None, pytest.approx(7.5)),
        # half of the base year was over
        ("reads", "behind", 500.0, 0.8, 990.0, pytest.approx(1000)),
        # 1000 + 200 x 0.4
        ("stock", "on_track", 1080.0, pytest.approx(1), None, pytest.approx(1200)),
        ("thin", "incomplete", 500.0, 0.8, None, None),
    ]  # fmt: skip


def judged(bench: FullBench) -> None:
    """Put the followers of October, a target that is met and one without data."""
    figure = "target_id kind unit pace wanted_growth_pct baseline target actual growth_pct"
    bench.lines(
        "staging.target_figure", figure,
        ("f", "stock_growth", "人", "linear", 20.0, 220_875.0, 265_050.0, 254_940.0, 15.42),
        ("met", "count", "场", "linear", None, None, 50.0, 52.0, None),
        ("none", "count", "场", "linear", None, None, 50.0, None, None), days_left=61,
    )  # fmt: skip
    bench.lines(
        "staging.target_pace",
        "target_id status expected_by_now pace_index linear_forecast chance",
        ("f", "behind", 257_667.0, 0.926, 262_000.0, 0.1),
        ("met", "met", 41.6, 1.25, 62.4, None), ("none", "no_data", None, None, None, None),
    )  # fmt: skip
    bench.lines(
        "staging.target_gap", "target_id gap daily_need recent_daily told_by rate_by",
        ("f", 10_110.0, 165.7, 115.0, "rate", "day"),
        ("met", 0.0, None, 0.2, "rate", "each"), ("none", None, None, 0.0, "rate", "each"),
    )  # fmt: skip


def test_target_sentence_is_one_sentence() -> None:
    bench = FullBench(as_of=d("2023-10-31"))
    judged(bench)
    assert pick(bench.run("staging.target_sentence"), "target_id verdict_zh") == [
        (
            "f",
            (
                "较上年末增长15.4%，进度滞后；距目标还差10,110人，"
                "后61天日均需净增166人（近28天日均115人），按目前进度预计难以完成。"
            ),
        ),
        ("met", "已完成52场，已达成目标，超出2场。"),
        ("none", "本年度尚未收到相关台账或数据，暂不评判。"),
    ]  # fmt: skip


def test_target_arithmetic_writes_the_sums_out() -> None:
    bench = FullBench(as_of=d("2023-10-31"))
    judged(bench)
    assert pick(bench.run("staging.target_arithmetic"), "target_id arithmetic_zh") == [
        ("f", ("增长率 = 254,940 ÷ 基数220,875 − 1 = 15.4%；目标 = 基数220,875 × (1 + 20.0%) = 265,"
            "050；"
              "增量完成率 = (254,940 − 220,875) ÷ (265,050 − 220,875) = 77.1%；"
                  "此时应达到257,667（按天数），进度指数92.6%；按时间平均推算全年262,000")),
        ("met", ("进度 = 52 ÷ 50 = 104.0%；此时应达到41.6（按天数），进度指数125.0%；"
            "按时间平均推算全年62")),
        ("none", "没有数据，不计算"),
    ]  # fmt: skip


def test_target_progress_puts_the_steps_side_by_side() -> None:
    bench = FullBench(as_of=d("2023-10-31"))
    judged(bench)
    bench.lines(
        "raw.plan_target",
        "target_id name_zh definition_zh",
        ("f", "粉丝", "口径"),
        ("met", "活动", "口径"),
        ("none", "直播", "口径"),
    )
    for model, column in (
        ("staging.target_sentence", "verdict_zh"),
        ("staging.target_arithmetic", "arithmetic_zh"),
    ):
        bench.lines(model, f"target_id {column}", ("f", "甲"), ("met", "乙"), ("none", "丙"))
    columns = "target_id plan_year actual progress_pct forecast status verdict_zh note_zh"
    assert pick(bench.run("mart.target_progress"), columns) == [
        (
            "f", 2023, 254_940.0, pytest.approx(100 * 34_065 / 44_175), 262_000.0, "behind", "甲",
            "预测按目前进度推算",
        ),
        ("met", 2023, 52.0, 104.0, 62.4, "met", "乙", "预测按目前进度推算"),
        ("none", 2023, None, None, None, "no_data", "丙", "没有来源数据"),
    ]  # fmt: skip


@pytest.mark.parametrize(("as_of", "until", "is_closed"),
    [("2023-12-30", "2023-12-30", False), ("2023-12-31", "2023-12-31", True),
        ("2024-01-02", "2023-12-31", True)])  # fmt: skip
def test_target_year_closes_on_the_last_day(as_of: str, until: str, is_closed: bool) -> None:
    bench = FullBench(as_of=d(as_of))
    columns = "plan_year as_of target_id status actual"
    bench.lines(
        "ops.target_year",
        columns,
        (2022, d("2022-12-31"), "t", "met", 9.0),
        (2023, d("2023-12-31"), "t", "behind", 1.0),
    )
    bench.lines("mart.target_progress", columns, (2023, d(as_of), "t", "on_track", 5.0))
    # the year of the plan comes from tonight's figures, whatever was kept of it before
    assert pick(bench.run("mart.target_year"), "plan_year as_of is_closed status actual") == [
        (2022, d("2022-12-31"), True, "met", 9.0), (2023, d(until), is_closed, "on_track", 5.0),
    ]  # fmt: skip
