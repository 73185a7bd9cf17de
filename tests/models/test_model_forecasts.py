"""The steps of the forecast that tests/models/test_forecast.py takes together, each by itself.

Rows in, rows out.
"""

from __future__ import annotations

import math

import pytest

from tests.support.models import FullBench, d, days, pick


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
    bench.lines(
        "raw.plan_target", "target_id metric growth_pct target method",
        ("wechat_followers", "followers", 20.0, None, "two_flows"),
        ("wechat_reads", "reads", 20.0, None, "flow"),
        ("positive_reports", "publications", None, 500.0, "flow"),
        ("activities", "x", None, 80.0, "milestone"),
    )  # fmt: skip
    bench.lines("staging.target_followers", "metric baseline actual", ("followers", 1000.0, 1100.0))
    bench.lines("staging.target_reads", "metric baseline", ("reads", 1000.0))
    flow = (
        "flow to_date remainder remaining remaining_low remaining_high spread is_usable base_share"
    )
    bench.lines(
        "staging.flow_forecast", flow,
        ("new_followers", None, 200.0, 240.0, 200.0, 288.0, 0.18, True, 0.5),
        ("lost_followers", None, 90.0, 100.0, 70.0, 136.0, 0.31, True, 0.5),
        ("reads", 700.0, 400.0, 500.0, 400.0, 625.0, math.log(1.25), True, 0.6),
        ("publications", 200.0, 250.0, None, None, None, 0.3, False, None),
    )  # fmt: skip
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
    bench.lines(
        "raw.plan_target", "target_id metric method",
        ("wechat_followers", "followers", "two_flows"), ("wechat_reads", "reads", "flow"),
        ("positive_reports", "publications", "flow"),
    )  # fmt: skip
    months = [d(f"2022-{month:02}-28") for month in range(1, 7)]
    bench.lines(
        "ops.forecast_log", LOG,
        *(("r", day, 2022, "wechat_reads", 900.0, 800.0, 1025.0, 0.0, 2.0) for day in months),
        *(
            ("r", day, 2022, "wechat_followers", 1100.0, 1060.0, 1150.0, 0.0, None)
            for day in months
        ),
        *(
            ("r", day, 2022, "positive_reports", 900.0, 800.0, 1025.0, 0.0, None)
            for day in months[:5]
        ),
        *(
            ("s", d("2022-12-31"), 2022, name, None, None, None, 1000.0, None)
            for name in ("wechat_reads", "wechat_followers", "positive_reports")
        ),
        ("t", d("2023-02-28"), 2023, "wechat_reads", 900.0, 899.0, 901.1, 0.0, None),
        ("u", d("2023-07-01"), 2022, "wechat_reads", None, None, None, 5000.0, None),
    )  # fmt: skip
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
