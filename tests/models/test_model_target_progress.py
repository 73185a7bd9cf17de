"""Progress, pace and status of the plan's targets. Rows in, rows out, worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.models import FullBench, d, pick, progress_rows

PLAN = "position target_id name_zh kind unit growth_pct target method metric pace"
PLANNED: tuple[tuple[Any, ...], ...] = (
    (
        1, "wechat_followers", "粉丝", "stock_growth", "人", 20.0, None, "two_flows", "followers",
        "linear",
    ),
    (2, "wechat_reads", "阅读", "flow_growth", "次", 20.0, None, "flow", "reads", "comparable"),
    (3, "livestreams", "直播", "count", "场", None, 5.0, "gamma_poisson", "x", "linear"),
    (4, "training_sessions", "培训", "count", "次", None, 4.0, "milestone", "x", "quarters"),
    (5, "activities", "活动", "count", "场", None, 10.0, "milestone", "x", "linear"),
    (6, "portal_interviews", "访谈", "count", "次", None, 3.0, "milestone", "x", "linear"),
)  # fmt: skip


def paired(bench: FullBench, year: int = 2023) -> None:
    """Every comparable day of the year has a figure in the base year."""
    for (day,) in bench.con.execute(
        "select distinct comparable_on from raw.calendar_day where year = ?", [year]
    ).fetchall():
        bench.lines("staging.read_daily", "date value", (day, 1))


def progress(bench: FullBench) -> dict[str, dict[str, Any]]:
    """Targets on 31 May 2023: day 151 of 365."""
    bench.lines("raw.plan_target", PLAN, *PLANNED)
    bench.lines(
        "staging.target_followers",
        "metric baseline actual days_covered actual_on",
        ("followers", 1000.0, 1100.0, 150, d("2023-05-30")),
    )
    paired(bench)
    quarters = [("training_sessions", month, 0.25) for month in (3, 6, 9, 12)]
    bench.lines("raw.plan_target_month", "target_id month share", *quarters)
    bench.lines(
        "staging.target_event",
        "target_id event_id date",
        ("training_sessions", "t", d("2023-03-31")),
    )
    bench.lines(
        "staging.target_reads",
        (
            "metric baseline actual days_covered comparable_actual comparable_base comparable_days "
            "base_days metric_used"
        ),
        ("reads", 36_500.0, 15_000.0, 149, 14_900.0, 14_000.0, 148, 365, "reads"),
    )  # fmt: skip
    bench.lines(
        "staging.target_count",
        "target_id actual",
        ("livestreams", 5.0),
        ("training_sessions", 1.0),
        ("activities", 3.0),
        ("portal_interviews", None),
    )
    bench.lines(
        "staging.forecast",
        "target_id forecast forecast_low forecast_high chance base_share",
        ("wechat_reads", 40_000.0, 30_000.0, 50_000.0, 0.2, 0.4),
    )
    return {row["target_id"]: row for row in progress_rows(bench)}


def test_target_progress() -> None:
    rows = progress(FullBench(as_of=d("2023-05-31")))
    e = 151 / 365
    followers = rows["wechat_followers"]
    # target 1200; half of the 200 wanted; the line stands at 1000 + 200 e = 1082.7, so 100 / 82.7 =
    # 1.209; the linear line: 1000 + 100 over e
    assert (followers["target"], followers["growth_pct"], followers["progress_pct"]) == (
        1200,
        pytest.approx(10),
        50,
    )
    assert followers["expected_by_now"] == pytest.approx(1000 + 200 * e)
    assert followers["pace_index"] == pytest.approx(0.5 / e)
    assert (followers["forecast"], followers["status"]) == (
        pytest.approx(1000 + 100 / e),
        "on_track",
    )
    reads = rows["wechat_reads"]
    # target 43,800; the base had 40 % by now: 17,520 expected, 15,000 / 17,520 = 0.856 < 0.9:
    # behind
    assert (reads["target"], reads["expected_by_now"], reads["pace_index"]) == (
        43_800,
        pytest.approx(17_520),
        pytest.approx(15_000 / 17_520),
    )
    assert (reads["growth_pct"], reads["forecast"], reads["status"]) == (
        pytest.approx(100 * 900 / 14_000),
        40_000,
        "behind",
    )
    assert reads["note_zh"] == "可比日148天；基准年有数365天"
    assert [
        rows[name]["status"]
        for name in ("livestreams", "training_sessions", "activities", "portal_interviews")
    ] == ["met", "on_track", "behind", "no_data"]
    # trainings: one full quarter has passed by May (151 / 365 = 0.41): one expected; activities: 10
    # e = 4.14 expected, 3 done: 0.725
    assert (rows["training_sessions"]["expected_by_now"], rows["activities"]["pace_index"]) == (
        1,
        pytest.approx(0.3 / e),
    )
    nothing = rows["portal_interviews"]
    assert (
        nothing["actual"],
        nothing["progress_pct"],
        nothing["forecast"],
        nothing["note_zh"],
    ) == (
        None,
        None,
        None,
        "没有来源数据",
    )
    assert {row["days_expected"] for row in rows.values()} == {151}


def test_target_progress_counts_the_days_of_a_leap_year_and_none_before_the_year() -> None:
    bench = FullBench(as_of=d("2024-03-01"), year=2024)
    bench.lines("raw.plan_target", PLAN, *PLANNED)
    assert {row["days_expected"] for row in progress_rows(bench)} == {61}
    bench.context(d("2023-12-31"), 2024)
    rows = progress_rows(bench)
    assert {row["days_expected"] for row in rows} == {0}
    assert {row["status"] for row in rows} == {"no_data"}


def test_target_progress_without_a_baseline() -> None:
    bench = FullBench(as_of=d("2023-02-28"))
    bench.lines("raw.plan_target", PLAN, PLANNED[1])
    bench.lines(
        "staging.target_reads",
        "metric actual days_covered metric_used comparable_days base_days",
        ("reads", 500.0, 5, "readers", 0, 0),
    )
    (row,) = progress_rows(bench)
    assert (
        row["baseline"],
        row["target"],
        row["growth_pct"],
        row["progress_pct"],
        row["status"],
    ) == (
        None,
        None,
        None,
        None,
        "no_baseline",
    )
    assert row["note_zh"] == (
        "基准年没有可比数据；两年均按阅读人数计（平台自2025年11月起只提供人数）；可比日0"
        "天；样本不足，预测仅供参考"
    )


@pytest.mark.parametrize(("actual", "chance", "status"), [
    (100.0, 0.0, "met"), (96.9, 0.69, "at_risk"), (96.9, 0.70, "on_track"), (96.9, None, "at_risk"),
    (97.0, 0.30, "on_track"),
    (97.0, 0.29, "behind"), (90.0, 0.69, "at_risk"), (89.9, 0.99, "behind"), (None, 0.9, "no_data"),
])  # fmt: skip
def test_target_progress_status_at_its_borders(
    actual: float | None, chance: float | None, status: str
) -> None:
    bench = FullBench(as_of=d("2023-05-26"))  # day 146 of 365 is 0.4: 100 expected of 250
    planned = 250.0 if actual != 100 else 100.0
    bench.lines(
        "raw.plan_target",
        PLAN,
        (1, "activities", "活动", "count", "场", None, planned, "milestone", "x", "linear"),
    )
    bench.lines("staging.target_count", "target_id actual", ("activities", actual))
    bench.lines("staging.forecast", "target_id forecast chance", ("activities", 1.0, chance))
    assert pick(progress_rows(bench), "status") == [(status,)]
