"""Pace and forecast: every formula of forecasting.md on figures worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date

import pytest

from tests.support.models import Bench, Rows, days

FLOW = "flow varchar, date date, value double"
ANNOTATION = "from_on date, to_on date, affects_base boolean, reason_zh varchar"
MODELS = ("staging.flow_base", "staging.flow_week", "staging.flow_band", "staging.flow_forecast")


def forecast(
    as_of: date, value: Callable[[date], float | None], annotations: Rows | None = None, first: date = date(2022, 1, 1)
) -> dict[str, object]:
    """Forecast one flow whose daily values are given by `value`, None for a missing day."""
    bench = Bench()
    bench.context(as_of)
    bench.table("raw.plan_annotation", ANNOTATION, annotations or [])
    known = [{"flow": "reads", "date": day, "value": value(day)} for day in days(first, as_of)]
    bench.table("staging.flow_daily", FLOW, [row for row in known if row["value"] is not None])
    (row,) = bench.run(*MODELS)
    return row


def test_constant_growth() -> None:
    # 100 a day in 2022, 120 in 2023: every weekly ratio is 1.2. On 30 June (day 181) Y = 181 x 120 = 21,720.
    # m(d) stays in 2022 but for 31 December, which maps to 1 January 2023 (120): R = 183 x 100 + 120 = 18,420.
    # F - Y = 1.2 x 18,420 = 22,104; half width = 0.3 x 22,104 = 6,631.2
    row = forecast(date(2023, 6, 30), lambda day: 100 if day.year == 2022 else 120)
    assert row["to_date"] == 21_720
    assert row["growth"] == pytest.approx(1.2)
    assert row["remainder"] == 18_420
    assert row["remaining"] == pytest.approx(22_104)
    assert row["half_width"] == pytest.approx(6_631.2)


def test_recent_weeks_count_for_more_with_n_over_n_plus_8() -> None:
    # Complete weeks to Friday 30 June 2023: Mondays 2 January to 19 June, 25 of them. From Monday 3 April on the ratio is 1.5: 12 weeks.
    # The last 13 hold those 12: median ln 1.5. Of all 25 the 13th in order is 1.0: median 0. n = 13: g = exp(13/21 ln 1.5 + 8/21 x 0)
    row = forecast(date(2023, 6, 30), lambda day: 150 if day >= date(2023, 4, 3) else 100)
    assert row["weeks"] == 13
    assert row["growth"] == pytest.approx(math.exp(13 / 21 * math.log(1.5)))


def test_one_viral_week_does_not_set_the_forecast() -> None:
    viral = date(2023, 6, 12)
    row = forecast(date(2023, 6, 30), lambda day: 9_000 if viral <= day < date(2023, 6, 19) else 100)
    assert row["growth"] == pytest.approx(1.0)


def test_at_the_years_end_the_forecast_is_the_figure_and_the_band_is_nothing() -> None:
    row = forecast(date(2023, 12, 31), lambda _day: 100)
    assert (row["to_date"], row["remaining"], row["half_width"]) == (36_500, 0, 0)


def test_a_moved_new_year_is_no_growth() -> None:
    # the same habits around a New Year that moved from 1 February 2022 to 22 January 2023: a printed January falls, the model sees 1.0
    new_year = {2022: date(2022, 2, 1), 2023: date(2023, 1, 22)}

    def habit(day: date) -> float:
        offset = (day - new_year[day.year]).days
        return 100 * (0.8 if -5 <= offset < 0 else 0.35 if 0 <= offset <= 6 else 0.85 if 7 <= offset <= 14 else 1)

    january = {year: sum(habit(day) for day in days(date(year, 1, 1), date(year, 1, 31))) for year in (2022, 2023)}
    assert january[2023] / january[2022] < 0.9
    row = forecast(date(2023, 4, 30), habit)
    assert row["growth"] == pytest.approx(1.0)


def test_missing_days_drop_out_of_both_sides() -> None:
    gap = {date(2023, 5, 3), date(2023, 5, 4), date(2022, 3, 10)}
    row = forecast(date(2023, 6, 30), lambda day: None if day in gap else 100 if day.year == 2022 else 120)
    assert row["to_date"] == 179 * 120
    assert row["growth"] == pytest.approx(1.2)
    assert row["remainder"] == 18_420


def test_a_missing_base_day_ahead_is_estimated_from_its_neighbours_and_counted() -> None:
    row = forecast(date(2023, 6, 30), lambda day: None if day == date(2022, 9, 14) else 100)
    assert (row["remainder"], row["days_estimated"]) == (184 * 100, 1)


def test_a_base_year_mostly_unknown_gives_no_forecast() -> None:
    row = forecast(date(2023, 6, 30), lambda _day: 100, first=date(2022, 6, 1))
    assert row["is_usable"] is False
    assert row["remaining"] is None
    assert row["base_share"] is None


def test_a_shocked_base_is_repaired_from_the_year_before() -> None:
    # 2021: 80 a day; 2022: 100, but 10 in the flagged October; level 2022/2021 = 1.25, so October is repaired to 80 x 1.25 = 100
    october = {"from_on": date(2022, 10, 1), "to_on": date(2022, 10, 31), "affects_base": True, "reason_zh": "示例"}

    def shocked(day: date) -> float:
        if day.year == 2021:
            return 80
        return 10 if day.year == 2022 and day.month == 10 else 100

    plain = forecast(date(2023, 6, 30), shocked, first=date(2021, 1, 1))
    repaired = forecast(date(2023, 6, 30), shocked, [october], first=date(2021, 1, 1))
    # October 2023 maps into October 2022 but for 30 and 31 October (m = 31 Oct, 1 Nov) and 1 to 7 October (same date): 31 days or so
    assert plain["remainder"] == 184 * 100 - 31 * 90
    assert repaired["remainder"] == pytest.approx(184 * 100)
    assert repaired["days_repaired"] == 31


@pytest.mark.parametrize("z", [-4.0, -1.2816, -0.5, 0.0, 0.3, 1.2816, 3.3])
def test_normal_distribution(z: float) -> None:
    bench = Bench()
    assert bench.con.execute("select normal_cdf($1)", [z]).fetchone() == (
        pytest.approx(0.5 * (1 + math.erf(z / math.sqrt(2))), abs=1e-7),
    )


def test_small_counts_are_gamma_poisson() -> None:
    # 4 of 5 lives by 31 October (day 304): e = 304/365. One more is enough: P = 1 - P(none) = 1 - e^4.5 = 0.5609
    # mean of the rest = 4.5 (1 - e)/e = 4.5 x 61/304 = 0.90296
    bench = Bench()
    bench.context(date(2023, 10, 31))
    bench.table(
        "raw.plan_target",
        "target_id varchar, target double, method varchar",
        [{"target_id": "livestreams", "target": 5, "method": "gamma_poisson"}],
    )
    bench.table("staging.target_count", "target_id varchar, actual double", [{"target_id": "livestreams", "actual": 4}])
    bench.table("staging.flow_forecast", "flow varchar, base_share double", [])
    (row,) = bench.run("staging.count_forecast")
    assert row["chance"] == pytest.approx(1 - (304 / 365) ** 4.5)
    assert row["forecast"] == pytest.approx(4 + 4.5 * 61 / 304)
    # P(0) = 0.439, P(1) = 0.439 x 4.5 x 0.1671 = 0.330 (0.769 together), P(2) = 0.330 x 5.5/2 x 0.1671 = 0.152 (0.921)
    assert (row["forecast_low"], row["forecast_high"]) == (4, 6)
