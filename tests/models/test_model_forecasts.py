"""The steps of the forecast that tests/models/test_forecast.py takes together, each by itself. Rows in, rows out."""

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
        "staging.main_daily", "date new_followers lost_followers", (d("2023-06-01"), 3, 1), (d("2023-06-02"), None, 0)
    )
    bench.lines("staging.target_event", "target_id event_id date", ("positive_reports", "1", d("2023-06-01")), ("positive_reports", "2", d("2023-06-01")),
                ("positive_reports", "3", d("2023-06-03")), ("activities", "4", d("2023-05-31")))  # fmt: skip
    assert pick(bench.run("staging.flow_daily"), "flow date value") == [
        ("lost_followers", d("2023-06-01"), 1), ("lost_followers", d("2023-06-02"), 0), ("new_followers", d("2023-06-01"), 3),  # unknown is no row
        ("positive_reports", d("2023-06-01"), 2), ("positive_reports", d("2023-06-02"), 0), ("positive_reports", d("2023-06-03"), 1),
        ("reads", d("2023-06-01"), 9),
    ]  # fmt: skip


def base(as_of: str, values: dict[date, float], year: int = 2023) -> dict[date, dict[str, Any]]:
    bench = FullBench(as_of=d(as_of), year=year)
    bench.lines("staging.flow_daily", "flow date value", *(("reads", day, value) for day, value in values.items()))
    return {row["date"]: row for row in bench.run("staging.flow_base")}


def test_flow_base_knows_or_estimates_from_28_days_around() -> None:
    # 29 December 2022 has 5, 30 and 31 December have 1 and 3: the median of what lies within 28 days of a missing day, 1 3 5, is 3
    rows = base("2023-06-30", {d("2022-12-29"): 5, d("2022-12-30"): 1, d("2022-12-31"): 3, d("2023-06-30"): 8})
    assert (min(rows), max(rows)) == (d("2022-01-01"), d("2023-12-31"))
    got = {
        day: (row["comparable_on"], row["value"], row["base_value"], row["base_or_estimate"], row["base_kind"])
        for day, row in rows.items()
    }
    assert got[d("2023-12-28")] == (d("2022-12-29"), None, 5, 5, "known")
    assert got[d("2023-12-27")] == (d("2022-12-28"), None, None, 3, "estimated")
    assert got[d("2023-12-01")] == (d("2022-12-02"), None, None, 3, "estimated")  # 30 December is 28 days on: 1, 5
    assert got[d("2023-11-29")] == (d("2022-11-30"), None, None, None, "none")  # 29 days to the first
    assert got[d("2023-06-30")][1] == 8


def test_flow_base_over_29_february() -> None:
    # New Year 2024 is 10 February: 29 February is its 19th day, which is 10 February 2023; 2 March is 364 days after 4 March 2023
    rows = base("2024-06-30", {d("2023-02-10"): 7, d("2023-03-04"): 9}, year=2024)
    assert len(rows) == 365 + 366
    assert (rows[d("2024-02-29")]["base_value"], rows[d("2024-03-02")]["base_value"]) == (7, 9)


def test_flow_base_repairs_flagged_days_from_the_year_before() -> None:
    # 2022 is twice 2021 on the one unflagged pair; 4 June 2022 is flagged: its stand-in is the 5th of June 2021, 364 days before: 30 x 2
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
    assert (rows[d("2023-06-03")]["base_value"], rows[d("2023-06-03")]["base_kind"]) == (pytest.approx(60), "repaired")
    assert (rows[d("2023-06-05")]["base_value"], rows[d("2023-06-05")]["base_kind"]) == (
        20,
        "known",
    )  # an annotation that does not touch the base


def test_repaired_days_add_up_the_same_in_any_order() -> None:
    """Two warehouses with the same rows in another order must agree to the last bit, or `rebuild` could not be compared."""
    bench = FullBench()
    bench.lines("raw.plan_annotation", "from_on to_on affects_base", (d("2022-06-04"), d("2022-06-30"), True))
    days_of_2021 = [date(2021, 6, day) for day in range(5, 30)]
    flow = [
        ("reads", d("2022-05-30"), 7),
        ("reads", d("2021-05-31"), 3),
    ]  # 2022 is 7/3 of 2021: no such fraction is exact
    flow += [("reads", day, 10 ** (day.day % 7) + 1) for day in days_of_2021]
    bench.lines("staging.flow_daily", "flow date value", *flow)
    found = [row["base_value"] for row in bench.run("staging.flow_base") if row["base_kind"] == "repaired"]
    assert found == [pytest.approx((10 ** (day.day % 7) + 1) * 7 / 3, abs=1 / 65536) for day in days_of_2021]
    assert sum(found) == sum(reversed(found)) == sum(sorted(found)) == math.fsum(found)


def test_flow_week_takes_complete_weeks_only() -> None:
    bench = FullBench()
    weeks = {d("2022-12-26"): 200, d("2023-01-02"): 100, d("2023-01-09"): 100, d("2023-01-16"): 0}

    def lines() -> Rows:
        return [
            {"flow": "reads", "date": day, "week_start": monday, "value": value, "base_value": 100}
            for monday, value in weeks.items()
            for day in days(monday, date.fromordinal(monday.toordinal() + 6))
        ]

    rows = lines()
    rows[13]["base_value"] = None  # Sunday 8 January lacks its base: the week of 2 January is not complete
    bench.put("staging.flow_base", *rows)
    found = pick(bench.run("staging.flow_week"), "week_start current_value base_value log_ratio age")
    # a week of zeros has no logarithm; a week over the year's border is a week
    assert found == [(d("2022-12-26"), 1400, 700, pytest.approx(math.log(2)), 2), (d("2023-01-09"), 700, 700, 0, 1)]


def test_flow_forecast_has_none_where_days_ahead_have_no_base() -> None:
    bench = FullBench(as_of=d("2023-12-29"))
    bench.lines("staging.flow_daily", "flow date value", ("reads", d("2023-12-29"), 5))
    bench.lines("staging.flow_week", "flow week_start log_ratio age", ("reads", d("2023-12-18"), math.log(2), 1))
    ahead = {d("2023-12-30"): (4.0, "known"), d("2023-12-31"): (None, "none")}
    for day in days(d("2023-01-01"), d("2023-12-31")):
        value, kind = ahead.get(day, (1.0, "known"))
        bench.lines(
            "staging.flow_base",
            "flow date value base_value base_or_estimate base_kind",
            ("reads", day, 5.0 if day == d("2023-12-29") else None, value, value, kind),
        )
    (row,) = bench.run("staging.flow_forecast")
    # base 363 + 4; 363 of 367 by the 29th; one week of ratio 2: exp(1/9 ln 2 + 8/9 ln 2) = 2
    assert (row["to_date"], row["remainder"], row["growth"], row["weeks"]) == (5, 4, pytest.approx(2), 1)
    assert (row["base_share"], row["remaining"], row["half_width"]) == (pytest.approx(363 / 367), None, None)


def test_forecast_of_followers_is_two_flows_and_of_reads_one() -> None:
    bench = FullBench()
    bench.lines("raw.plan_target", "target_id metric growth_pct target method", ("wechat_followers", "followers", 20.0, None, "two_flows"), ("wechat_reads", "reads", 20.0, None, "flow"),
                ("positive_reports", "publications", None, 500.0, "flow"), ("activities", "x", None, 80.0, "milestone"))  # fmt: skip
    bench.lines("staging.target_followers", "metric baseline actual", ("followers", 1000.0, 1100.0))
    bench.lines("staging.target_reads", "metric baseline", ("reads", 1000.0))
    flow = "flow to_date remainder remaining half_width is_usable base_share"
    bench.lines("staging.flow_forecast", flow, ("new_followers", None, 200.0, 240.0, 40.0, True, 0.5), ("lost_followers", None, 90.0, 100.0, 30.0, True, 0.5),
                ("reads", 700.0, 400.0, 500.0, 0.0, True, 0.6), ("positive_reports", 200.0, 250.0, None, None, False, None))  # fmt: skip
    bench.lines(
        "staging.count_forecast",
        "target_id forecast forecast_low forecast_high chance",
        ("livestreams", 5.0, 4.0, 6.0, 0.5),
    )
    found = {row["target_id"]: tuple(row.values())[1:] for row in bench.run("staging.forecast")}
    # followers: 1100 + 240 - 100 = 1240, half width sqrt(40^2 + 30^2) = 50; z = 40 / (50 / 1.2816) = 1.02528, Phi = 0.84738.
    # Wanted: 1200 - 1100 + 100 lost = 200 new ahead of 200 in the base: +0 %
    assert found["wechat_followers"] == (1240, 1190, 1290, pytest.approx(0.84738, abs=1e-4), 0, None)
    # reads: 700 + 500 = 1200, as wanted, and no band: certain. (1200 - 700) / 400 = +25 %
    assert found["wechat_reads"] == (1200, 1200, 1200, 1, 25, 0.6)
    assert found["positive_reports"] == (None,) * 6  # a base year mostly unknown gives no forecast
    assert found["livestreams"] == (5, 4, 6, 0.5, None, None)
    assert "activities" not in found


def test_count_forecast_on_new_years_day_has_no_band() -> None:
    # nothing done on the first of 365 days: r = 0.5, the mean of what is left is 0.5 x 364 = 182 with a tail beyond 400 (P about 0.14):
    # the upper end is not known, and 400 would be an invented one
    bench = FullBench(as_of=d("2023-01-01"))
    bench.lines("raw.plan_target", "target_id target method", ("livestreams", 5.0, "gamma_poisson"))
    bench.lines("staging.target_count", "target_id actual", ("livestreams", 0.0))
    bench.put("staging.flow_forecast")
    found = pick(bench.run("staging.count_forecast"), "forecast forecast_low forecast_high")
    assert found == [(pytest.approx(182), None, None)]
    bench.context(d("2023-06-30"))
    # P(0) = sqrt(e) = 0.704, P(1) = 0.704 x 0.5 x (1 - e) = 0.177: together 0.882; P(2) = 0.177 x 0.75 x 0.504 = 0.067: 0.949
    assert pick(bench.run("staging.count_forecast"), "forecast_low forecast_high") == [(0.0, 2.0)]
