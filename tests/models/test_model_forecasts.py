"""The steps of the forecast that tests/models/test_forecast.py takes together, each by itself.

Rows in, rows out.
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
    bench.lines("staging.target_event", "target_id metric event_id date",
        ("r", "publications", "1", d("2023-06-01")), ("r", "publications", "2", d("2023-06-01")),
                ("r", "publications", "3", d("2023-06-03")),
                ("a", "activities", "4", d("2023-05-31")))  # fmt: skip
    assert pick(bench.run("staging.flow_daily"), "flow date value") == [
        # unknown is no row
        ("lost_followers", d("2023-06-01"), 1), ("lost_followers", d("2023-06-02"), 0),
        ("new_followers", d("2023-06-01"), 3),
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
    bench.lines("staging.flow_week", columns,
        *(("wild", n, n, 1.0 + n % 2, (n * 7 % 10) / 10) for n in range(1, 11)),
                ("wild", 53, 53, 9.0, 9.0), *(("young", n, n, 1.0, n / 10) for n in (1, 2)),
                ("young", 3, 3, 2.0, 0.3),
                ("new", 1, None, 1.0, None), ("new", 2, None, 2.0, None),
                *(("flat", n, n, 1.0, 0.0) for n in range(1, 6)),
                ("once", 1, 1, 1.0, 0.0))  # fmt: skip
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


def test_flow_forecast_has_none_where_days_ahead_have_no_base() -> None:
    bench = FullBench(as_of=d("2023-12-29"))
    bench.lines("staging.flow_daily", "flow date value", ("reads", d("2023-12-29"), 5))
    bench.lines(
        "staging.flow_band", "flow growth weeks seasonal_weight spread", ("reads", 2.0, 1, 0.5, 0.1)
    )
    ahead = {d("2023-12-30"): (4.0, "known"), d("2023-12-31"): (None, "none")}
    for day in days(d("2023-01-01"), d("2023-12-31")):
        value, kind = ahead.get(day, (1.0, "known"))
        bench.lines(
            "staging.flow_base",
            "flow date value base_value base_or_estimate base_kind is_flagged",
            ("reads", day, 5.0 if day == d("2023-12-29") else None, value, value, kind, False),
        )
    (row,) = bench.run("staging.flow_forecast")
    # base 363 + 4; 363 of 367 by the 29th
    assert (row["to_date"], row["remainder"], row["growth"], row["weeks"]) == (5, 4, 2, 1)
    assert (row["base_share"], row["remaining"], row["remaining_low"]) == (
        pytest.approx(363 / 367),
        None,
        None,
    )


def test_flow_forecast_is_the_weighted_product_of_two_answers() -> None:
    # as of 29 December, 1 a day in the base year, 5 then 10 known this year; two days left. R = 2,
    # g = 4: 2 x sqrt(4) = 4.
    # Recent mean 7.5 over two known days (a flagged third one is left out), 91 and 364 days alike:
    # 15. a = 1/4: 4^(1/4) x 15^(3/4) = 10.7792
    bench = FullBench(as_of=d("2023-12-29"))
    bench.lines("staging.flow_daily", "flow date value", ("reads", d("2023-12-29"), 10))
    bench.lines(
        "staging.flow_band",
        "flow growth weeks seasonal_weight spread",
        ("reads", 4.0, 20, 0.25, math.log(2)),
    )
    values = {d("2023-12-27"): 9000.0, d("2023-12-28"): 5.0, d("2023-12-29"): 10.0}
    for day in days(d("2023-01-01"), d("2023-12-31")):
        bench.lines(
            "staging.flow_base",
            "flow date value base_value base_or_estimate base_kind is_flagged",
            ("reads", day, values.get(day), 1.0, 1.0, "known", day == d("2023-12-27")),
        )
    (row,) = bench.run("staging.flow_forecast")
    assert (row["seasonal"], row["steady"], row["remaining"]) == (
        4,
        15,
        pytest.approx(4**0.25 * 15**0.75),
    )
    assert (row["remaining_low"], row["remaining_high"]) == (
        pytest.approx(10.7792 / 2, abs=1e-4),
        pytest.approx(10.7792 * 2, abs=1e-3),
    )


def test_forecast_of_followers_is_two_flows_and_of_reads_one() -> None:
    bench = FullBench()
    bench.lines("raw.plan_target", "target_id metric growth_pct target method",
        ("wechat_followers", "followers", 20.0, None, "two_flows"),
        ("wechat_reads", "reads", 20.0, None, "flow"),
                ("positive_reports", "publications", None, 500.0, "flow"),
                ("activities", "x", None, 80.0, "milestone"))  # fmt: skip
    bench.lines("staging.target_followers", "metric baseline actual", ("followers", 1000.0, 1100.0))
    bench.lines("staging.target_reads", "metric baseline", ("reads", 1000.0))
    flow = (
        "flow to_date remainder remaining remaining_low remaining_high spread is_usable base_share"
    )
    bench.lines("staging.flow_forecast", flow,
        ("new_followers", None, 200.0, 240.0, 200.0, 288.0, 0.18, True, 0.5),
        ("lost_followers", None, 90.0, 100.0, 70.0, 136.0, 0.31, True, 0.5),
                ("reads", 700.0, 400.0, 500.0, 400.0, 625.0, math.log(1.25), True, 0.6),
                ("publications", 200.0, 250.0, None, None, None, 0.3, False, None))  # fmt: skip
    bench.lines(
        "staging.count_forecast",
        "target_id forecast forecast_low forecast_high chance",
        ("livestreams", 5.0, 4.0, 6.0, 0.5),
    )
    found = {row["target_id"]: tuple(row.values())[1:] for row in bench.run("staging.forecast")}
    # followers: 1100 + 240 - 100 = 1240. Above: new 288 - 240 = 48 more, lost 100 - 70 = 30 fewer:
    # sqrt(48^2 + 30^2) = 56.60;
    # below: 240 - 200 = 40 fewer, 136 - 100 = 36 more lost: sqrt(40^2 + 36^2) = 53.81. Wanted 1200,
    # below the forecast:
    # z = 1.2816 x 40/53.81 = 0.95264, Phi = 0.82961. Needed: 1200 - 1100 + 100 lost = 200 new ahead
    # of 200 in the base: +0 %
    assert found["wechat_followers"] == (
        1240, pytest.approx(1240 - 53.8145, abs=1e-3), pytest.approx(1240 + 56.6039, abs=1e-3),
        pytest.approx(0.82961, abs=1e-4), 0, None,
    )  # fmt: skip
    # reads: 700 + 500 = 1200, as wanted: even. (1200 - 700) / 400 = +25 %
    assert found["wechat_reads"] == (1200, 1100, 1325, pytest.approx(0.5, abs=1e-6), 25, 0.6)
    assert found["positive_reports"] == (None,) * 6  # a base year mostly unknown gives no forecast
    assert found["livestreams"] == (5, 4, 6, 0.5, None, None)
    assert "activities" not in found


@pytest.mark.parametrize(
    ("actual", "remaining", "half", "chance"),
    [
        (1200.0, 0.0, 10.0, 1.0),  # reached, though some may leave again
        (1100.0, 50.0, 50.0, 0.1),  # 1150 against 1200, the upper end of the band
        (1100.0, 50.0, 0.0, 0.0),  # the year is over
        (1150.0, 60.0, 0.0, 1.0),
    ],
)
def test_chance_of_followers(actual: float, remaining: float, half: float, chance: float) -> None:
    bench = FullBench()
    bench.lines(
        "raw.plan_target",
        "target_id metric growth_pct method",
        ("wechat_followers", "followers", 20.0, "two_flows"),
    )
    bench.lines("staging.target_followers", "metric baseline actual", ("followers", 1000.0, actual))
    flow = "flow remaining remaining_low remaining_high"
    bench.lines(
        "staging.flow_forecast",
        flow,
        ("new_followers", remaining, remaining - half, remaining + half),
        ("lost_followers", 0.0, 0.0, 0.0),
    )
    (row,) = bench.run("staging.forecast")
    assert row["chance"] == pytest.approx(chance, abs=1e-4)


def test_count_forecast_on_new_years_day_has_no_band() -> None:
    # one done on the first of 365 days, nothing known of the base year: r = 1.5, phi = 9/6, f =
    # 1.56, r/f = 0.9615, p = 1/365: the mean of
    # what is left is 1.5 x 364 = 546 with a tail far beyond 400 batches: the upper end is not
    # known, and 400 would be an invented one
    bench = FullBench(as_of=d("2023-01-01"))
    bench.lines("raw.plan_target", "target_id target method", ("livestreams", 5.0, "gamma_poisson"))
    bench.lines("staging.target_count", "target_id actual", ("livestreams", 1.0))
    bench.lines(
        "staging.target_event", "target_id event_id date", ("livestreams", "1", d("2023-01-01"))
    )
    found = pick(bench.run("staging.count_forecast"), "step forecast forecast_low forecast_high")
    assert found == [(pytest.approx(1.56), pytest.approx(547), None, None)]


def test_an_article_of_this_year_lets_10w_be_forecast_by_the_share_of_reads() -> None:
    # half of the base year's reads have passed; no 10W+ yet, two in the base year: r = 0.5 + 0.6 =
    # 1.1, p = 0.8/1.3, mean 1.1 x 0.5/0.8 = 0.6875
    bench = FullBench()
    bench.lines(
        "raw.plan_target",
        "target_id metric target method",
        ("articles_10w", "articles", 10.0, "gamma_poisson"),
    )
    bench.lines("staging.target_count", "target_id actual", ("articles_10w", 0.0))
    days_of_2022 = [d("2022-03-01"), d("2022-09-01")]
    bench.lines(
        "staging.target_event",
        "target_id event_id date",
        *(("articles_10w", str(day), day) for day in days_of_2022),
    )
    bench.lines("staging.flow_forecast", "flow base_share", ("reads", 0.5))
    assert bench.run("staging.count_forecast") == []
    bench.lines("staging.article_version", "account_id published_on", ("a", d("2023-02-01")))
    assert pick(bench.run("staging.count_forecast"), "forecast") == [(pytest.approx(0.6875),)]


LOG = (
    "run_id as_of plan_year target_id forecast forecast_low forecast_high linear_forecast "
    "own_factor"
)


def test_own_years_are_scored_by_what_was_left() -> None:
    # Reads 2022 ended at 1000. Six forecasts: to date 400, rest 500 with u = ln 1.25 (low 400 + 400
    # = 800, high 400 + 625 = 1025).
    # The rest became 600: |ln(600/500)|/ln 1.25 = 0.81706; made with factor 2 its band was twice
    # the formula's: z = 1.63411 each.
    # One year: (5 + 1.63411)/6 = 1.10569. Followers: 100 below the forecast, half width 40 below: z
    # = 2.5: (5 + 2.5)/6 = 1.25, both flows.
    # Reports: five months are too few. 2023's own rows do not count, nor what a later night knew
    bench = FullBench()
    bench.lines("raw.plan_target", "target_id metric method",
        ("wechat_followers", "followers", "two_flows"), ("wechat_reads", "reads", "flow"),
                ("positive_reports", "publications", "flow"))  # fmt: skip
    months = [d(f"2022-{month:02}-28") for month in range(1, 7)]
    bench.lines("ops.forecast_log", LOG,
        *(("r", day, 2022, "wechat_reads", 900.0, 800.0, 1025.0, 0.0, 2.0) for day in months),
                *(("r", day, 2022, "wechat_followers", 1100.0, 1060.0, 1150.0, 0.0,
                    None) for day in months),
                *(("r", day, 2022, "positive_reports", 900.0, 800.0, 1025.0, 0.0,
                    None) for day in months[:5]),
                *(("s", d("2022-12-31"), 2022, name, None, None, None, 1000.0,
                    None) for name in ("wechat_reads", "wechat_followers", "positive_reports")),
                ("t", d("2023-02-28"), 2023, "wechat_reads", 900.0, 899.0, 901.1, 0.0, None),
                ("u", d("2023-07-01"), 2022, "wechat_reads", None, None, None, 5000.0,
                    None))  # fmt: skip
    found = pick(bench.run("staging.flow_score"), "flow target_id years z factor")
    assert found == [
        ("lost_followers", "wechat_followers", 1, pytest.approx(2.5), pytest.approx(1.25)),
        ("new_followers", "wechat_followers", 1, pytest.approx(2.5), pytest.approx(1.25)),
        (
            "reads",
            "wechat_reads",
            1,
            pytest.approx(1.63411, abs=1e-5),
            pytest.approx(1.10569, abs=1e-5),
        ),
    ]
