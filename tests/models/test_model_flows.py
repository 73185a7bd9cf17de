"""The flows that forecasts are made of: their base, weeks and bands.

Rows in, rows out, worked out by hand.
"""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest

from tests.support.models import FullBench, Rows, d, days, pick


def test_flow_daily_has_four_flows_and_reports_are_zero_between_reports() -> None:
    bench = FullBench(as_of=d("2023-06-03"))
    bench.lines("staging.read_daily", "date value", (d("2023-06-01"), 9), (d("2023-06-04"), 9))
    bench.lines(
        "staging.main_daily",
        "date new_followers lost_followers",
        (d("2023-06-01"), 3, 1),
        (d("2023-06-02"), None, 0),
    )
    methods = (("r", "publications", "flow"), ("a", "activities", "milestone"))
    bench.lines("raw.plan_target", "target_id metric method", *methods)
    bench.lines(
        "staging.target_event", "target_id metric event_id date",
        ("r", "publications", "1", d("2023-06-01")), ("r", "publications", "2", d("2023-06-01")),
        ("r", "publications", "3", d("2023-06-03")), ("a", "activities", "4", d("2023-05-31")),
    )  # fmt: skip
    assert pick(bench.run("staging.flow_daily"), "flow date value") == [
        ("lost_followers", d("2023-06-01"), 1), ("lost_followers", d("2023-06-02"), 0),
        ("new_followers", d("2023-06-01"), 3),  # unknown is no row
        ("publications", d("2023-06-01"), 2), ("publications", d("2023-06-02"), 0),
        ("publications", d("2023-06-03"), 1),
        ("reads", d("2023-06-01"), 9),
    ]  # fmt: skip


def base(as_of: str, values: dict[date, float], year: int = 2023) -> dict[date, dict[str, Any]]:
    bench = FullBench(as_of=d(as_of), year=year)
    bench.lines(
        "staging.flow_daily",
        "flow date value",
        *(("reads", day, value) for day, value in values.items()),
    )
    return {row["date"]: row for row in bench.run("staging.flow_base")}


def test_flow_base_knows_or_estimates_from_28_days_around() -> None:
    # 29 December 2022 has 5, 30 and 31 December have 1 and 3: the median of what lies within 28
    # days of a missing day, 1 3 5, is 3
    rows = base(
        "2023-06-30",
        {d("2022-12-29"): 5, d("2022-12-30"): 1, d("2022-12-31"): 3, d("2023-06-30"): 8},
    )
    assert (min(rows), max(rows)) == (d("2022-01-01"), d("2023-12-31"))
    got = {
        day: (
            row["comparable_on"],
            row["value"],
            row["base_value"],
            row["base_or_estimate"],
            row["base_kind"],
        )
        for day, row in rows.items()
    }
    assert got[d("2023-12-28")] == (d("2022-12-29"), None, 5, 5, "known")
    assert got[d("2023-12-27")] == (d("2022-12-28"), None, None, 3, "estimated")
    # 30 December is 28 days on: 1, 5
    assert got[d("2023-12-01")] == (d("2022-12-02"), None, None, 3, "estimated")
    # 29 days to the first
    assert got[d("2023-11-29")] == (d("2022-11-30"), None, None, None, "none")
    assert got[d("2023-06-30")][1] == 8


def test_flow_base_over_29_february() -> None:
    # New Year 2024 is 10 February: 29 February is its 19th day, which is 10 February 2023; 2 March
    # is 364 days after 4 March 2023
    rows = base("2024-06-30", {d("2023-02-10"): 7, d("2023-03-04"): 9}, year=2024)
    assert len(rows) == 365 + 366
    assert (rows[d("2024-02-29")]["base_value"], rows[d("2024-03-02")]["base_value"]) == (7, 9)


def test_flow_base_repairs_flagged_days_from_the_year_before() -> None:
    # 2022 is twice 2021 on the one unflagged pair; 4 June 2022 is flagged: its stand-in is the 5th
    # of June 2021, 364 days before: 30 x 2
    bench = FullBench()
    bench.lines(
        "raw.plan_annotation",
        "from_on to_on affects_base",
        (d("2022-06-04"), d("2022-06-04"), True),
        (d("2022-06-06"), d("2022-06-06"), False),
    )
    bench.lines(
        "staging.flow_daily",
        "flow date value",
        ("reads", d("2022-06-06"), 20),
        ("reads", d("2021-06-07"), 10),
        ("reads", d("2022-06-04"), 1),
        ("reads", d("2021-06-05"), 30),
    )
    rows = {row["date"]: row for row in bench.run("staging.flow_base")}
    assert (rows[d("2023-06-03")]["base_value"], rows[d("2023-06-03")]["base_kind"]) == (
        pytest.approx(60),
        "repaired",
    )
    assert (rows[d("2023-06-05")]["base_value"], rows[d("2023-06-05")]["base_kind"]) == (
        20,
        "known",
    )  # an annotation that does not touch the base


def test_repaired_days_add_up_the_same_in_any_order() -> None:
    """Two warehouses with the same rows in another order must agree to the last bit, or `rebuild`
    could not be compared.
    """
    bench = FullBench()
    bench.lines(
        "raw.plan_annotation",
        "from_on to_on affects_base",
        (d("2022-06-04"), d("2022-06-30"), True),
    )
    days_of_2021 = [date(2021, 6, day) for day in range(5, 30)]
    flow = [
        ("reads", d("2022-05-30"), 7),
        ("reads", d("2021-05-31"), 3),
    ]  # 2022 is 7/3 of 2021: no such fraction is exact
    flow += [("reads", day, 10 ** (day.day % 7) + 1) for day in days_of_2021]
    bench.lines("staging.flow_daily", "flow date value", *flow)
    found = [
        row["base_value"]
        for row in bench.run("staging.flow_base")
        if row["base_kind"] == "repaired"
    ]
    assert found == [
        pytest.approx((10 ** (day.day % 7) + 1) * 7 / 3, abs=1 / 65536) for day in days_of_2021
    ]
    assert sum(found) == sum(reversed(found)) == sum(sorted(found)) == math.fsum(found)


def week(monday: str, value: float, base: float | None, **more: Any) -> Rows:
    """Seven rows of flow_base."""
    first = d(monday)
    return [
        {
            "flow": "reads",
            "date": day,
            "week_start": first,
            "value": value,
            "base_value": base,
            "is_flagged": False,
            **more,
        }
        for day in days(first, date.fromordinal(first.toordinal() + 6))
    ]


def test_flow_week_takes_complete_weeks_only() -> None:
    bench = FullBench()
    half = week("2023-01-02", 100, 100)
    half[6]["base_value"] = None  # Sunday 8 January lacks its base: a level, no ratio
    short = week("2023-01-23", 100, 100)
    short[3]["value"] = None  # Thursday is missing: no week
    shock = week("2023-01-30", 100, 100)
    shock[0]["is_flagged"] = True  # a Monday in a span that affects the base: no week
    bench.put(
        "staging.flow_base", *week("2022-12-26", 200, 100), *half, *week("2023-01-09", 100, 100)
    )
    bench.put("staging.flow_base", *week("2023-01-16", 0, 100), *short, *shock)
    found = pick(
        bench.run("staging.flow_week"),
        "week_start current_value base_value log_level log_ratio level_age age",
    )
    assert found == [  # a week over the year's border is a week, a week of zeros has no logarithm
        (
            d("2022-12-26"),
            1400,
            700,
            pytest.approx(math.log(1400)),
            pytest.approx(math.log(2)),
            3,
            2,
        ),
        (d("2023-01-02"), 700, None, pytest.approx(math.log(700)), None, 2, None),
        (d("2023-01-09"), 700, 700, pytest.approx(math.log(700)), 0, 1, 1),
        (d("2023-01-16"), 0, 700, None, None, None, None),
    ]


def test_flow_band_growth_weight_and_spread() -> None:
    # wild: ratios 0.0, 0.1 … 0.9 (n = 10), week 53 is too old; median of all 0.45 = of the last 13:
    # ln g = 0.45. sr = 0.302765 (sample).
    # Levels 1 and 2 by turns, 10 weeks: sw = 0.527046. a = 10/23 x sw^2/(sw^2 + sr^2) + 13/23 x 1/2
    # = 0.43478 x 0.751880 + 0.282609 = 0.609513
    # s = (10 x 0.302765 + 7.2 x 0.527046)/16 = 0.426399; u = 0.05 + 0.5 x 0.426399 + 0.2 x 0.45 =
    # 0.353199
    # young: 3 ratios 0.1 0.2 0.3, too few for a scatter of their own: sr = 1.2 sw. Levels 1, 2: sw
    # = 0.707107; ln g = 0.2;
    # a = 3/16 / 2.44 + 13/16/2 = 0.483094; s = (3 x 1.2 + 7.2) x 0.707107/9 = 0.848528; u = (0.05 +
    # 0.424264 + 0.04) x 1.5 = 0.771396
    # new: no ratio at all: g = 1, a = 1/2, s = 1.2 sw. flat: no scatter: a = 1/2, u = 0.05. once:
    # one week has no scatter: no row
    bench = FullBench()
    columns = "flow level_age age log_level log_ratio"
    bench.lines(
        "staging.flow_week", columns,
        *(("wild", n, n, 1.0 + n % 2, (n * 7 % 10) / 10) for n in range(1, 11)),
        ("wild", 53, 53, 9.0, 9.0), *(("young", n, n, 1.0, n / 10) for n in (1, 2)),
        ("young", 3, 3, 2.0, 0.3),
        ("new", 1, None, 1.0, None), ("new", 2, None, 2.0, None),
        *(("flat", n, n, 1.0, 0.0) for n in range(1, 6)),
        ("once", 1, 1, 1.0, 0.0),
    )  # fmt: skip
    bench.lines("staging.flow_score", "flow factor", ("young", 1.5))
    columns = "weeks growth level_scatter ratio_scatter seasonal_weight own_factor spread"
    rows = {row["flow"]: row for row in bench.run("staging.flow_band")}
    assert set(rows) == {"wild", "young", "new", "flat"}
    assert [rows["wild"][name] for name in columns.split()] == pytest.approx(
        [10, math.exp(0.45), 0.527046, 0.302765, 0.609513, 1, 0.353199], abs=1e-6
    )
    # levels 1, 1, 2: sw = 0.577350; s = 1.2 x 0.577350 = 0.692820; u = (0.05 + 0.346410 + 0.04) x
    # 1.5 = 0.654615
    assert [rows["young"][name] for name in columns.split()] == pytest.approx(
        [3, math.exp(0.2), 0.577350, 0.692820, 0.483094, 1.5, 0.654615], abs=1e-6
    )
    assert [rows["new"][name] for name in columns.split()] == pytest.approx(
        [0, 1, 0.707107, 0.848528, 0.5, 1, 0.05 + 0.6 * 0.707107], abs=1e-6
    )
    assert [rows["flat"][name] for name in columns.split()] == pytest.approx(
        [5, 1, 0, 0, 0.5, 1, 0.05]
    )
