"""The back-test runs the night's own SQL on generated years; the page says what it printed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from benchmarks.backtest import PAGE, backtest, forecast_as_of, scores, table, warehouse
from benchmarks.machine import write_between
from benchmarks.simulator import HABITS, Habit, dates, new_year_factor, rhythm, simulate
from tests.support.models import FullBench

STILL = Habit("静止", noise=0, growth_spread=0, season=0)


START, END = "<!-- backtest:start -->", "<!-- backtest:end -->"


def test_the_same_seed_gives_the_same_years_and_another_seed_others() -> None:
    first, last = date(2023, 1, 1), date(2023, 12, 31)
    one = simulate(HABITS["viral"], 3, first, last)
    assert one == simulate(HABITS["viral"], 3, first, last)
    assert one != simulate(HABITS["viral"], 4, first, last)
    assert len(one) == 365


def test_the_printed_comparison_of_zero_growth_misleads() -> None:
    # January 2022: 27 days and 0.8 x 4 (28 to 31 January: offsets -4 to -1; the 27th too: -5) = 26 + 5 x 0.8 = 30.0.
    # January 2023: 16 days, 5 x 0.8, 7 x 0.35, 3 x 0.85 = 25.0. February 2022: 7 x 0.35 + 8 x 0.85 + 13 = 22.25; 2023: 5 x 0.85 + 23 = 27.25.
    # January -16.7 %, February +22.5 %, together 52.25 both: 0.0 %
    total = {
        (year, month): sum(
            new_year_factor(day) for day in dates(date(year, 1, 1), date(year, 2, 28)) if day.month == month
        )
        for year in (2022, 2023)
        for month in (1, 2)
    }
    assert total == {
        (2022, 1): pytest.approx(30.0), (2022, 2): pytest.approx(22.25), (2023, 1): pytest.approx(25.0), (2023, 2): pytest.approx(27.25),
    }  # fmt: skip


def test_a_year_without_chance_is_forecast_nearly_exactly() -> None:
    """Every habit constant, 8 % growth a year: only the weeks at the edges of the New Year window are off by a little."""
    con = warehouse([0], ["calm"])
    con.execute("delete from world")
    still = simulate(STILL, 0, date(2021, 1, 1), date(2023, 12, 31))
    con.executemany("insert into world values ('still', 'still', ?, ?)", list(still.items()))
    forecast_as_of(con, date(2023, 6, 30))
    ((error,),) = con.execute("select abs(forecast / truth - 1) from result").fetchall()
    assert error < 0.01


def test_claims_of_the_page_hold_on_other_seeds() -> None:
    con = warehouse(range(100, 110))
    backtest(con, [2022, 2023])
    kinds = {row["label"]: row for row in scores(con, "habit")}
    for name in ("calm", "some", "viral"):
        assert kinds[name]["wape"] < kinds[name]["linear_wape"]
    assert all(row["covered"] >= 80 for row in kinds.values())
    assert kinds["calm"]["half_width_pct"] < kinds["viral"]["half_width_pct"]


def test_scores_by_hand() -> None:
    # errors 10 % and 30 % (linear 20 % and 0 %); weighted: (10 + 90)/400 and (20 + 0)/400; one of two in the band; half widths 20/110 and 10/210
    con = warehouse([0], ["calm"])
    con.execute(
        "insert into result values ('calm', 'a', '2023-06-30', 100, 110, 120, 90, 130), ('calm', 'b', '2023-06-30', 300, 210, 300, 200, 220)"
    )
    (row,) = scores(con, "habit")
    assert (row["mape"], row["linear_mape"]) == (pytest.approx(20), pytest.approx(10))
    assert (row["wape"], row["linear_wape"]) == (pytest.approx(25), pytest.approx(5))
    assert row["covered"] == 50
    assert row["half_width_pct"] == pytest.approx(100 * (20 / 110 + 10 / 210) / 2)
    assert table("kind", [row])[2].startswith("| calm | 2 | 20.0 | 10.0 |")


def test_the_page_is_written_between_its_markers(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{START}\nold\n{END}\nafter\n", "utf-8")
    write_between(page, "backtest", ["new"])
    assert page.read_text("utf-8") == f"before\n{START}\nnew\n{END}\nafter\n"
    assert PAGE.read_text("utf-8").count(START) == 1


def test_flow_band_is_half_the_range_of_eight_weeks_in_ten() -> None:
    # ten weeks 0.0, 0.1 … 0.9: 0.1 x 10 = the 1st, 0.9 x 10 = the 9th in order: (0.8 - 0.0)/2 = 0.4. Week 53 is too old
    bench = FullBench()
    bench.lines("staging.flow_week", "flow age log_ratio", *(("wild", n, (n * 7 % 10) / 10) for n in range(1, 11)), ("wild", 53, 9.0),
                ("calm", 1, 0.1), ("calm", 2, 0.2), ("huge", 1, -2.0), ("huge", 2, 2.0))  # fmt: skip
    rows = {
        row["flow"]: (row["weeks"], row["scatter"], row["q"], row["origin"]) for row in bench.run("staging.flow_band")
    }
    assert rows == {
        "wild": (10, pytest.approx(0.4), pytest.approx(0.4), "scatter"),
        "calm": (2, pytest.approx(0.05), pytest.approx(0.3), "default"),
        "huge": (2, pytest.approx(2.0), pytest.approx(0.6), "scatter"),
    }  # fmt: skip


def growth_pct(as_of: date, habit: Callable[[date], float]) -> float:
    bench = FullBench(as_of=as_of)
    bench.lines("raw.account", "account_id is_main", ("main", True))
    reads = [("main", day, round(10_000 * habit(day))) for day in dates(date(2022, 1, 1), as_of)]
    bench.lines("mart.account_daily", "account_id date reads", *reads)
    bench.run("staging.main_daily", "staging.reads_metric", "staging.read_daily")
    (row,) = bench.run("staging.target_reads")
    return float(100 * (row["comparable_actual"] / row["comparable_base"] - 1))


def test_zero_growth_across_a_moved_new_year_is_zero() -> None:
    """The same habits in 2022 and 2023, New Year moved from 1 February to 22 January: printed January falls by a sixth, the target sees 0 %."""
    assert growth_pct(date(2023, 1, 31), new_year_factor) == pytest.approx(0, abs=0.01)
    # 12 to 14 February 2023 lie outside the window, their days of 2022 (13 to 15 February) in the quiet fortnight: 3 x 0.15 of the
    # 174 comparable units to 30 June, 0.26 %: the price of a window with edges
    assert growth_pct(date(2023, 6, 30), new_year_factor) == pytest.approx(0.26, abs=0.01)


def test_zero_growth_with_weekdays_is_about_zero() -> None:
    # New Year was a Tuesday in 2022 and a Sunday in 2023: the 26 days compared by offset swap some weekdays; that fades over the year
    assert abs(growth_pct(date(2023, 3, 31), rhythm)) < 1.5
    assert abs(growth_pct(date(2023, 12, 31), rhythm)) < 0.4
