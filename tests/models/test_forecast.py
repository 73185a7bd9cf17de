"""Pace and forecast: every formula of forecasting.md on figures worked out by hand."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.support.models import Bench, Rows, days

FLOW = "flow varchar, date date, value double"
ANNOTATION = "from_on date, to_on date, affects_base boolean, reason_zh varchar"
MODELS = ("staging.flow_base", "staging.flow_week", "staging.flow_band", "staging.flow_forecast")


def forecast(
    as_of: date,
    value: Callable[[date], float | None],
    annotations: Rows | None = None,
    first: date = date(2022, 1, 1),
    own: float | None = None,
) -> dict[str, Any]:
    """Forecast one flow whose daily values are given by `value`, None for a missing day; `own`.

    Factor of own scored years.
    """
    bench = Bench()
    bench.context(as_of)
    bench.table("raw.plan_annotation", ANNOTATION, annotations or [])
    known = [{"flow": "reads", "date": day, "value": value(day)} for day in days(first, as_of)]
    bench.table("staging.flow_daily", FLOW, [row for row in known if row["value"] is not None])
    bench.table(
        "staging.flow_score",
        "flow varchar, factor double",
        [{"flow": "reads", "factor": own}] if own else [],
    )
    (row,) = bench.run(*MODELS)
    return row


def test_constant_growth() -> None:
    # 100 a day in 2022, 120 in 2023: every weekly ratio is 1.2. On 30 June (day 181) Y = 181 x 120
    # = 21,720.
    # m(d) stays in 2022, 31 December is compared with 31 December: R = 184 x 100 = 18,400.
    # Last year's days with half the growth: 18,400 x sqrt(1.2) = 20,156.3. p91 = 120; of the last
    # 364 days 183 (1 July to 31 December 2022
    # less one) are of 2022: 1 July 2022 is 364 days before 30 June, so the 364 begin on 2 July: 183
    # x 100 + 181 x 120 = 40,020, p364 = 109.945.
    # Recent mean x days left: 184 x sqrt(120 x 109.945) = 21,134.6.
    row = forecast(date(2023, 6, 30), lambda day: 100 if day.year == 2022 else 120)
    assert row["to_date"] == 21_720
    assert row["growth"] == pytest.approx(1.2)
    assert row["remainder"] == 18_400
    assert row["seasonal"] == pytest.approx(18_400 * math.sqrt(1.2))
    assert row["steady"] == pytest.approx(184 * math.sqrt(120 * 40_020 / 364))
    # 25 complete weeks with a ratio, all alike: sr = 0. Levels of the last 52 weeks: 27 of ln 700,
    # 25 of ln 840 (the week over New Year, from
    # 26 December, has 1 January in it: 6 x 100 + 120 = 720). So sw is about half of ln 1.2 =
    # 0.0912, and a = 25/38 x 1 + 13/38 x 1/2 = 31.5/38
    assert row["weeks"] == 25
    assert row["seasonal_weight"] == pytest.approx(31.5 / 38)
    assert row["remaining"] == pytest.approx(
        row["seasonal"] ** (31.5 / 38) * row["steady"] ** (6.5 / 38)
    )
    levels = [math.log(840)] * 25 + [math.log(720)] + [math.log(700)] * 26
    s = 7.2 * statistics.stdev(levels) / (25 + 6)
    assert row["spread"] == pytest.approx(0.05 + 0.5 * s + 0.2 * math.log(1.2))
    assert row["remaining_low"] == pytest.approx(row["remaining"] / math.exp(row["spread"]))
    assert row["remaining_high"] == pytest.approx(row["remaining"] * math.exp(row["spread"]))


def test_two_equal_years_are_forecast_exactly_with_the_narrowest_band() -> None:
    # no scatter at all: both answers are 184 x 100, s = 0, ln g = 0, u = 0.05
    row = forecast(date(2023, 6, 30), lambda _day: 100)
    assert row["remaining"] == pytest.approx(18_400)
    assert row["spread"] == pytest.approx(0.05)
    assert row["seasonal_weight"] == 0.5


def test_own_scored_years_widen_or_narrow_the_band_up_to_its_limit() -> None:
    assert forecast(date(2023, 6, 30), lambda _day: 100, own=1.6)["spread"] == pytest.approx(0.08)
    assert forecast(date(2023, 6, 30), lambda _day: 100, own=40)["spread"] == 1.5


def test_recent_weeks_count_for_more_with_n_over_n_plus_8() -> None:
    # Complete weeks to Friday 30 June 2023: Mondays 2 January to 19 June, 25 of them. From Monday 3
    # April on the ratio is 1.5: 12 weeks.
    # The last 13 hold those 12: median ln 1.5. Of all 25 the 13th in order is 1.0: median 0. n =
    # 13: g = exp(13/21 ln 1.5 + 8/21 x 0)
    row = forecast(date(2023, 6, 30), lambda day: 150 if day >= date(2023, 4, 3) else 100)
    assert row["weeks"] == 25
    assert row["growth"] == pytest.approx(math.exp(13 / 21 * math.log(1.5)))
    # sr: 13 weeks of 0 and 12 of ln 1.5
    assert row["seasonal_weight"] == pytest.approx(
        _weight(25, [*[0.0] * 13, *[math.log(1.5)] * 12], [*[0.0] * 40, *[math.log(1.5)] * 12])
    )


def _weight(n: int, ratios: list[float], levels: list[float]) -> float:
    sr, sw = statistics.stdev(ratios), statistics.stdev(levels)
    return n / (n + 13) * sw**2 / (sw**2 + sr**2) + 13 / (n + 13) / 2


def test_one_viral_week_does_not_set_the_growth() -> None:
    viral = date(2023, 6, 12)
    row = forecast(
        date(2023, 6, 30), lambda day: 9_000 if viral <= day < date(2023, 6, 19) else 100
    )
    assert row["growth"] == pytest.approx(1.0)


def test_in_january_a_year_without_the_one_before_counts_by_both_answers_alike() -> None:
    # 9 January 2023: one complete week (2 to 8 January) has a ratio, 1.0 -> n = 1: a = 1/14 x
    # sw^2/(sw^2 + sr^2) + 13/14 x 1/2.
    # sr is 1.2 sw below 4 weeks, whatever sw is: 1/(1 + 1.44) = 0.40984
    row = forecast(date(2023, 1, 9), lambda day: 100 if day.weekday() < 5 or day.month < 7 else 50)
    assert row["weeks"] == 1
    assert row["seasonal_weight"] == pytest.approx(1 / 14 / 2.44 + 13 / 28)


def test_at_the_years_end_the_forecast_is_the_figure_and_the_band_is_nothing() -> None:
    row = forecast(date(2023, 12, 31), lambda _day: 100)
    assert (row["to_date"], row["remaining"], row["remaining_low"], row["remaining_high"]) == (
        36_500,
        0,
        0,
        0,
    )


def test_a_moved_new_year_is_no_growth() -> None:
    # the same habits around a New Year that moved from 1 February 2022 to 22 January 2023: a
    # printed January falls, the model sees 1.0
    new_year = {2022: date(2022, 2, 1), 2023: date(2023, 1, 22)}

    def habit(day: date) -> float:
        offset = (day - new_year[day.year]).days
        return 100 * (
            0.8
            if -5 <= offset < 0
            else 0.35
            if 0 <= offset <= 6
            else 0.85
            if 7 <= offset <= 14
            else 1
        )

    january = {
        year: sum(habit(day) for day in days(date(year, 1, 1), date(year, 1, 31)))
        for year in (2022, 2023)
    }
    assert january[2023] / january[2022] < 0.9
    row = forecast(date(2023, 4, 30), habit)
    assert row["growth"] == pytest.approx(1.0)


def test_missing_days_drop_out_of_both_sides() -> None:
    gap = {date(2023, 5, 3), date(2023, 5, 4), date(2022, 3, 10)}
    row = forecast(
        date(2023, 6, 30), lambda day: None if day in gap else 100 if day.year == 2022 else 120
    )
    assert row["to_date"] == 179 * 120
    assert row["growth"] == pytest.approx(1.2)
    assert row["remainder"] == 18_400
    # means over known days: the last 91 days have 89, all 120; of the 364 days 183 are of 2022, 179
    # known ones of 2023
    assert row["steady"] == pytest.approx(184 * math.sqrt(120 * (183 * 100 + 179 * 120) / 362))


def test_a_missing_base_day_ahead_is_estimated_from_its_neighbours_and_counted() -> None:
    row = forecast(date(2023, 6, 30), lambda day: None if day == date(2022, 9, 14) else 100)
    assert (row["remainder"], row["days_estimated"]) == (184 * 100, 1)


def test_a_base_year_mostly_unknown_gives_no_forecast() -> None:
    row = forecast(date(2023, 6, 30), lambda _day: 100, first=date(2022, 6, 1))
    assert row["is_usable"] is False
    assert row["remaining"] is None
    assert row["base_share"] is None


def test_days_ahead_that_were_all_zero_last_year_are_forecast_by_the_recent_mean_alone() -> None:
    # R = 0 would make the product of the two answers 0: 92 days left x the recent mean
    row = forecast(
        date(2023, 9, 30), lambda day: 0 if day >= date(2022, 9, 25) and day.year == 2022 else 100
    )
    assert row["remainder"] == 0
    assert row["remaining"] == pytest.approx(row["steady"])
    assert row["steady"] > 0


def _shock(from_: date, to: date) -> Rows:
    return [{"from_on": from_, "to_on": to, "affects_base": True, "reason_zh": "示例"}]


def test_a_shocked_base_is_repaired_from_the_year_before() -> None:
    # 2021: 80 a day; 2022: 100, but 10 in the flagged October; level 2022/2021 = 1.25, so October
    # is repaired to 80 x 1.25 = 100
    def shocked(day: date) -> float:
        if day.year == 2021:
            return 80
        return 10 if day.year == 2022 and day.month == 10 else 100

    plain = forecast(date(2023, 6, 30), shocked, first=date(2021, 1, 1))
    repaired = forecast(
        date(2023, 6, 30),
        shocked,
        _shock(date(2022, 10, 1), date(2022, 10, 31)),
        first=date(2021, 1, 1),
    )
    # October 2023 maps into October 2022 but for 30 and 31 October (m = 31 Oct, 1 Nov) and 1 to 7
    # October (same date): 31 days or so
    assert plain["remainder"] == 184 * 100 - 31 * 90
    assert repaired["remainder"] == pytest.approx(184 * 100)
    assert repaired["days_repaired"] == 31
    # the recent mean leaves the flagged October out: 100 a day, not (333 x 100 + 31 x 10)/364
    assert repaired["steady"] == pytest.approx(184 * 100)


def test_a_shocked_base_without_an_earlier_year_is_estimated_from_the_weeks_around_it() -> None:
    # April and May 2022 at 10 a day, nothing known of 2021. m(31 March 2023) = 1 April 2022: of the
    # 61 days 60 are ahead as of 31 March,
    # estimated at 100, the median of the four weeks before and after the two months
    shock = _shock(date(2022, 4, 1), date(2022, 5, 31))
    row = forecast(
        date(2023, 3, 31),
        lambda day: 10 if day.year == 2022 and day.month in (4, 5) else 100,
        shock,
    )
    assert (row["days_estimated"], row["remainder"]) == (60, 275 * 100)
    assert row["growth"] == pytest.approx(1.0)
    assert row["remaining"] == pytest.approx(275 * 100)


@pytest.mark.parametrize("z", [-4.0, -1.2816, -0.5, 0.0, 0.3, 1.2816, 3.3])
def test_normal_distribution(z: float) -> None:
    bench = Bench()
    assert bench.con.execute("select normal_cdf($1)", [z]).fetchone() == (
        pytest.approx(0.5 * (1 + math.erf(z / math.sqrt(2))), abs=1e-7),
    )


@pytest.mark.parametrize(
    ("missing", "rest", "chance"),
    [
        (0, 5, 1.0),  # reached
        (-3, 0, 1.0),
        (5, 0, 0.0),  # nothing left to come
        (100, 100, 0.5),
        (100, 100 * math.exp(0.3), 0.9),  # the lower end of the band is what is missing
        (100, 100 / math.exp(0.3), 0.1),
    ],
)
def test_chance_of_what_is_left(missing: float, rest: float, chance: float) -> None:
    bench = Bench()
    found = bench.con.execute("select reach_chance($1, $2, 0.3)", [missing, rest]).fetchone()
    assert found == (pytest.approx(chance, abs=1e-5),)


EVENTS = "target_id varchar, date date"


def count_forecast(as_of: date, target: float, dates: list[date]) -> dict[str, Any] | None:
    """Forecast the live streams of 2023, of which `dates` are known (those of 2022 are the base year's)."""
    bench = Bench()
    bench.context(as_of)
    bench.table(
        "raw.plan_target",
        "target_id varchar, metric varchar, target double, method varchar",
        [{"target_id": "livestreams", "target": target, "method": "gamma_poisson"}],
    )
    done = sum(day.year == 2023 for day in dates)
    bench.table(
        "staging.target_count",
        "target_id varchar, actual double",
        [{"target_id": "livestreams", "actual": done}],
    )
    bench.table(
        "staging.target_event", EVENTS, [{"target_id": "livestreams", "date": day} for day in dates]
    )
    bench.table("staging.article_version", "published_on date", [])
    bench.table("staging.flow_forecast", "flow varchar, base_share double", [])
    rows = bench.run("staging.count_forecast")
    return rows[0] if rows else None


def test_small_counts_with_the_base_year_as_evidence() -> None:
    # 31 October (day 304): e = 304/365. Six lives in 2022, one each in six different four-week
    # periods; four in 2023 likewise.
    # r = 4 + 0.5 + 0.3 x 6 = 6.3, p = (e + 0.3)/1.3 = 0.871444; mean of the rest = 6.3 x (1 - p)/p
    # = 0.929380
    year = [date(2022, month, 10) for month in (1, 2, 3, 4, 5, 6)]
    row = count_forecast(
        date(2023, 10, 31), 5, [*year, *(date(2023, month, 10) for month in (2, 4, 6, 8))]
    )
    assert row is not None
    p = (304 / 365 + 0.3) / 1.3
    assert row["p"] == pytest.approx(p)
    assert row["evidence"] == pytest.approx(6.3)
    assert row["forecast"] == pytest.approx(4 + 6.3 * (1 - p) / p)
    # the last 13 four-week counts, 364 days to 31 October 2023, hold 0 or 1 (4 ones in 13):
    # variance/mean below 1 counts as 1.
    # phi = (13 x 1 + 9)/(13 + 6) = 22/19, f = phi + 0.04 x 6.3 = 1.409895
    step = 22 / 19 + 0.04 * 6.3
    assert row["step"] == pytest.approx(step)
    # One more is wanted: f x NB >= 1 when NB >= 1: 1 - p^(r/f) = 1 - 0.871444^4.468418 = 0.459
    none = p ** (6.3 / step)
    assert row["chance"] == pytest.approx(1 - none)
    assert row["chance"] == pytest.approx(0.459, abs=0.001)
    # P(0) = 0.541, P(1) = 0.541 x 4.468 x 0.12856 = 0.311 (0.852 together), P(2) = 0.311 x 5.468/2
    # x 0.12856 = 0.109 (0.961):
    # a tenth at 0, nine tenths at 2: 4 + 0 to 4 + 2 x 1.41 = 6.8, rounded
    assert (row["forecast_low"], row["forecast_high"]) == (4, 7)


def test_counts_that_come_in_batches_have_a_wider_band() -> None:
    # four on one day: four-week counts 4 and eleven zeros (k = 10 since 1 January, the base year
    # being unknown): mean 0.4, variance
    # (16 - 10 x 0.16)/9 = 1.6, ratio 4; phi = (10 x 4 + 9)/16 = 3.0625, f = 3.0625 + 0.04 x 4.5 =
    # 3.2425
    row = count_forecast(date(2023, 10, 31), 5, [date(2023, 5, 4)] * 4)
    assert row is not None
    assert row["step"] == pytest.approx(3.2425)
    # nothing is known of 2022: no evidence, not a year of none
    assert row["p"] == pytest.approx(304 / 365)
    assert row["chance"] == pytest.approx(1 - (304 / 365) ** (4.5 / 3.2425))


def test_counts_need_one_row_of_this_year() -> None:
    assert count_forecast(date(2023, 1, 4), 5, [date(2022, 5, 4)]) is None
    assert count_forecast(date(2023, 1, 4), 5, []) is None
    assert count_forecast(date(2023, 1, 4), 5, [date(2023, 1, 3)]) is not None


def test_the_mean_of_a_count_lies_within_its_band() -> None:
    # 20 December (day 354), four done: r = 4.5, p = 354/365: none more is likelier than nine in
    # ten, the mean of what is left is 4.5 x 11/354 = 0.14
    row = count_forecast(date(2023, 12, 20), 9, [date(2023, month, 10) for month in (2, 4, 6, 8)])
    assert row is not None
    assert row["forecast"] == pytest.approx(4.14, abs=0.005)
    assert (row["forecast_low"], row["forecast_high"]) == (4, 5)


def test_a_count_that_is_reached_is_certain() -> None:
    row = count_forecast(date(2023, 10, 31), 2, [date(2023, 5, 4), date(2023, 6, 4)])
    assert row is not None
    assert row["chance"] == 1
