"""`ask.what_if`: what another target would mean, on figures worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.config.checkout import TRANSFORMS
from pipeline.models.build import keep_questions
from tests.support.models import FullBench, d

PROGRESS = "target_id kind baseline target actual forecast forecast_low forecast_high recent_daily"


@pytest.fixture
def bench() -> FullBench:
    bench = FullBench(as_of=d("2023-06-30"))
    bench.lines(
        "raw.plan_target",
        "target_id method",
        ("fans", "two_flows"),
        ("reads", "flow"),
        ("reports", "flow"),
        ("lives", "gamma_poisson"),
        ("acts", "milestone"),
        ("films", "gamma_poisson"),
    )
    bench.lines(
        "mart.target_progress", PROGRESS,
        ("fans", "stock_growth", 1000.0, 1200.0, 1100.0, 1240.0, 1190.0, 1300.0, 1.0),
        ("reads", "flow_growth", 1000.0, 1200.0, 700.0, 1200.0, 1100.0, 1325.0, 5.0),
        ("reports", "count", None, 500.0, None, None, None, None, None),
        ("lives", "count", None, 5.0, 4.0, 4.9, 4.0, 7.0, 0.0),
        # nothing yet this year: not forecast
        ("films", "count", None, 10.0, 0.0, 0.0, None, None, 0.0),
        ("acts", "count", None, 81.0, 71.0, 85.0, None, None, 0.2),
        unit="个", name_zh="示例",
    )  # fmt: skip
    bench.lines("staging.count_forecast", "target_id evidence p step", ("lives", 6.0, 0.8, 1.5))
    keep_questions(bench.con, TRANSFORMS)
    return bench


def what_if(bench: FullBench, target: str, growth: float) -> dict[str, Any]:
    cursor = bench.con.execute(f"from ask.what_if('{target}', {growth})")
    names = [column[0] for column in cursor.description or []]
    (row,) = cursor.fetchall()
    return dict(zip(names, row, strict=True))


def test_reads(bench: FullBench) -> None:
    # 30 % more than 1000 is 1300, 600 short of it in 184 days. What is left, 500, has the band x or
    # / 1.25:
    # z = 1.2816 ln(500/600)/ln 1.25 = -1.04714, Phi = 0.14752
    row = what_if(bench, "reads", 30)
    assert (row["target"], row["gap"], row["days_left"]) == (1300, 600, 184)
    assert (row["daily_need"], row["recent_daily"]) == (pytest.approx(600 / 184), pytest.approx(5))
    assert row["chance"] == pytest.approx(0.14752, abs=1e-4)
    # 1200, the forecast itself
    assert what_if(bench, "reads", 20)["chance"] == pytest.approx(0.5, abs=1e-6)
    assert what_if(bench, "reads", 30.05)["gap"] == 601  # 1300.5: half a read is none
    reached = what_if(bench, "reads", -40)
    assert (reached["target"], reached["gap"], reached["chance"]) == (600, 0, 1)


def test_followers(bench: FullBench) -> None:
    # 25 %: 1250, above the forecast of 1240: half width upwards 60: z = -1.2816 x 10/60 = -0.2136,
    # Phi = 0.41543.
    # 20 %: 1200, below it: half width downwards 50: z = 1.2816 x 40/50 = 1.02528, Phi = 0.84738
    row = what_if(bench, "fans", 25)
    assert (row["target"], row["gap"], row["recent_daily"]) == (1250, 150, 1)
    assert row["chance"] == pytest.approx(0.41543, abs=1e-4)
    assert what_if(bench, "fans", 20)["chance"] == pytest.approx(0.84738, abs=1e-4)


def test_counts_are_per_cent_above_the_plans_own_target(bench: FullBench) -> None:
    # 0: the plan's 5, one more wanted: 1.5 x NegBin(4, 0.8) >= 1 unless 0 comes: 1 - 0.8^4 =
    # 0.5904. 40: 7, three more: NegBin >= 2:
    # 1 - 0.8^4 (1 + 4 x 0.2) = 0.26272. 1: 5.05, so 6
    assert what_if(bench, "lives", 0)["chance"] == pytest.approx(0.5904)
    assert what_if(bench, "lives", 40)["target"] == 7
    assert what_if(bench, "lives", 40)["chance"] == pytest.approx(0.26272)
    assert what_if(bench, "lives", 1)["target"] == 6


def test_what_is_not_known_stays_unknown(bench: FullBench) -> None:
    row = what_if(bench, "reports", 10)
    assert (row["target"], row["actual"], row["gap"], row["daily_need"], row["chance"]) == (
        550,
        None,
        None,
        None,
        None,
    )
    milestone = what_if(bench, "acts", 0)
    assert (milestone["gap"], milestone["recent_daily"], milestone["chance"]) == (10, 0.2, None)
    assert (what_if(bench, "films", 0)["gap"], what_if(bench, "films", 0)["chance"]) == (10, None)
    assert bench.con.execute("from ask.what_if('no such target', 5)").fetchall() == []
