"""The back-test runs the night's own SQL on generated years; the page says what it printed."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from benchmarks.backtest import against_peers
from benchmarks.backtest.__main__ import PAGE, main
from benchmarks.backtest.engine import backtest, forecast_as_of, prepared
from benchmarks.backtest.score import SOURCE, mean_of, scores, table
from benchmarks.backtest.series import generated
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
    # January 2022: 27 days and 0.8 x 4 (28 to 31 January: offsets -4 to -1; the 27th too: -5) = 26
    # + 5 x 0.8 = 30.0.
    # January 2023: 16 days, 5 x 0.8, 7 x 0.35, 3 x 0.85 = 25.0. February 2022: 7 x 0.35 + 8 x 0.85
    # + 13 = 22.25; 2023: 5 x 0.85 + 23 = 27.25.
    # January -16.7 %, February +22.5 %, together 52.25 both: 0.0 %
    total = {
        (year, month): sum(
            new_year_factor(day)
            for day in dates(date(year, 1, 1), date(year, 2, 28))
            if day.month == month
        )
        for year in (2022, 2023)
        for month in (1, 2)
    }
    assert total == {
        (2022, 1): pytest.approx(30.0), (2022, 2): pytest.approx(22.25),
        (2023, 1): pytest.approx(25.0), (2023, 2): pytest.approx(27.25),
    }  # fmt: skip


def test_a_year_without_chance_is_forecast_nearly_exactly() -> None:
    """Every habit constant, 8 % growth a year.

    Half the growth is allowed for, the rest of the year is a few per cent more.
    """
    still = simulate(STILL, 0, date(2021, 1, 1), date(2023, 12, 31))
    con = prepared(as_series({"still__0": {day: float(value) for day, value in still.items()}}))
    forecast_as_of(con, date(2023, 6, 30))
    ((error, covered),) = con.execute(
        "select forecast / actual_total - 1, actual_total between low and high from result"
    ).fetchall()
    assert -0.03 < error < 0
    assert covered


def as_series(values: dict[str, dict[date, float]]) -> pa.Table:
    rows = [(name, day, value) for name, days in values.items() for day, value in days.items()]
    return pa.table(
        dict(zip(("series", "date", "value"), map(list, zip(*rows, strict=True)), strict=True))
    )


def test_claims_of_the_page_hold_on_other_seeds() -> None:
    con = backtest(generated(range(100, 110)), [2022, 2023])
    kinds = {row["label"]: row for row in scores(con, SOURCE)}
    for row in kinds.values():
        assert row["error"] < row["linear_error"]
        assert row["brier"] < row["linear_brier"]
    assert 75 <= mean_of(list(kinds.values()), "all")["covered"] <= 90
    assert mean_of(list(kinds.values()), "all")["error"] < 8.5
    assert kinds["calm"]["half_width"] < kinds["viral"]["half_width"]


def test_scores_by_hand() -> None:
    # Errors 10 % and 30 % (linear 20 % and 0 %); one of two in the band; half widths 20/110 and
    # 10/210.
    # a reached its base of 90 (chance 0.9), b did not reach its 400 (chance 0.2): (0.01 + 0.04)/2;
    # linear 120 >= 90 and 300 < 400: both right
    con = prepared(generated([0], ["calm"]))
    con.execute(
        "delete from plan_year; insert into plan_year values ('x__a', 2023, 100, 90), ('x__b', "
        "2023, 300, 400)"
    )
    con.execute(
        """insert into result values ('x__a', 2023, '2023-06-30', 100, 50, 110, 90, 130, null, 0.9, 120),
        ('x__b', 2023, '2023-06-30', 300, 50, 210, 200, 220, null, 0.2, 300)"""
    )
    (row,) = scores(con, SOURCE)
    assert (row["label"], row["n"], row["covered"]) == ("x", 2, 50)
    assert (row["error"], row["linear_error"]) == (pytest.approx(20), pytest.approx(10))
    assert row["half_width"] == pytest.approx(100 * (20 / 110 + 10 / 210) / 2)
    assert (row["brier"], row["linear_brier"]) == (pytest.approx(0.025), 0)
    assert (
        table("kind", [row])[2]
        == "| x | 2 | 20.0 | 10.0 | 20.0 | 10.0 | 50.0 | 11.5 | 0.025 | 0.000 |"
    )
    mean = mean_of([row, {**row, "error": 40, "n": 1}], "mean")
    assert (mean["error"], mean["n"]) == (pytest.approx(30), 3)


HEADER = (
    "series,plan_year,as_of,actual_total,to_date,forecast,low,high,chance_120,chance_100,linear"
)


def test_a_folder_of_series_becomes_one_row_a_month_end(tmp_path: Path) -> None:
    # flat: 100 a day in 2010, 2011 and to 30 June 2012 (no whole year: not forecast); short: one
    # year only; spotty: a base year of 100 days
    folder = tmp_path / "series"
    folder.mkdir()
    years = dates(date(2010, 1, 1), date(2012, 6, 30))
    (folder / "a__flat.csv").write_text(
        "date,value\n" + "".join(f"{day},100\n" for day in years), "utf-8"
    )
    (folder / "a__short.csv").write_text(
        "date,value\n" + "".join(f"{day},7\n" for day in years[:365]), "utf-8"
    )
    (folder / "b__spotty.csv").write_text(
        "date,value\n" + "".join(f"{day},5\n" for day in years[265:730]), "utf-8"
    )
    assert main(["--series", str(folder), "--out", str(tmp_path / "out.csv")]) == 0
    header, *rows = (tmp_path / "out.csv").read_text("utf-8").splitlines()
    assert header == HEADER
    assert len(rows) == 11
    # 31 January: 3,100 known; both answers give 334 x 100; u = 0.05: 3,100 + 33,400 x e^±0.05; the
    # year before is reached by half,
    # 1.2 times it is not: Phi(1.2816 x ln(33,400/40,700)/0.05) is 0
    first = rows[0].split(",")
    assert first[:3] == ["a__flat", "2011", "2011-01-31"]
    expected = [
        36_500,
        3_100,
        36_500,
        3_100 + 33_400 * math.exp(-0.05),
        3_100 + 33_400 * math.exp(0.05),
        0,
        0.5,
        36_500,
    ]
    assert [float(value) for value in first[3:]] == pytest.approx(expected, abs=1e-4)
    assert rows[-1].startswith("a__flat,2011,2011-11-30,36500.0,33400.0,36500")


def test_peers_stand_beside_the_product_by_source() -> None:
    # a: product off by 10 and 30 %, one of two in the band; Prophet off by 50 %, in its band;
    # linear off by 0 and 20 %, it has no band.
    # b: product 20 %, in the band, Prophet 10 %, not in it, linear 40 %
    con = duckdb.connect()
    con.execute(
        """create table answer as from (values
        ('a__1', 'product', 110, 90, 120, 100), ('a__2', 'product', 130, 110, 140, 100),
        ('a__1', 'linear', 100, null, null, 100),
        ('a__2', 'linear', 80, null, null, 100), ('a__1', 'Prophet', 50, 10, 101, 100),
        ('a__2', 'Prophet', 150, 99, 160, 100),
        ('b__1', 'product', 120, 99, 130, 100), ('b__1', 'linear', 60, null, null, 100),
        ('b__1', 'Prophet', 90, 80, 95, 100)
        ) as t(series, method, forecast, low, high, actual_total)"""
    )
    assert against_peers.table(con) == [
        "| source | n | product | linear | Prophet |",
        "|---|---|---|---|---|",
        "| a | 2 | 20.0 (50) | 10.0 | 50.0 (100) |",
        "| b | 1 | 20.0 (100) | 40.0 | 10.0 (0) |",
        "| mean of sources | 3 | 20.0 (75) | 25.0 | 30.0 (50) |",
    ]


def test_what_is_no_series_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--series", str(tmp_path)]) == 2
    (tmp_path / "odd.csv").write_text("day,count\n2023-01-01,1\n", "utf-8")
    assert main(["--series", str(tmp_path)]) == 2
    (tmp_path / "odd.csv").write_text("date,value\n2023-13-01,1\n", "utf-8")
    assert main(["--series", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("odd.csv") == 2


def test_the_page_is_written_between_its_markers(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{START}\nold\n{END}\nafter\n", "utf-8")
    write_between(page, "backtest", ["new"])
    assert page.read_text("utf-8") == f"before\n{START}\nnew\n{END}\nafter\n"
    assert PAGE.read_text("utf-8").count(START) == 1


def growth_pct(as_of: date, habit: Callable[[date], float]) -> float:
    bench = FullBench(as_of=as_of)
    bench.lines("raw.account", "account_id is_main", ("main", True))
    reads = [("main", day, round(10_000 * habit(day))) for day in dates(date(2022, 1, 1), as_of)]
    bench.lines("mart.account_daily", "account_id date reads", *reads)
    bench.run("staging.main_daily", "staging.reads_metric", "staging.read_daily")
    (row,) = bench.run("staging.target_reads")
    return float(100 * (row["comparable_actual"] / row["comparable_base"] - 1))


def test_zero_growth_across_a_moved_new_year_is_zero() -> None:
    """The same habits in 2022 and 2023, New Year moved from 1 February to 22 January.

    Printed January falls by a sixth, the target sees 0 %.
    """
    assert growth_pct(date(2023, 1, 31), new_year_factor) == pytest.approx(0, abs=0.01)
    # 12 to 14 February 2023 lie outside the window, their days of 2022 (13 to 15 February) in the
    # quiet fortnight: 3 x 0.15 of the
    # 174 comparable units to 30 June, 0.26 %: the price of a window with edges
    assert growth_pct(date(2023, 6, 30), new_year_factor) == pytest.approx(0.26, abs=0.01)


def test_zero_growth_with_weekdays_is_about_zero() -> None:
    # New Year was a Tuesday in 2022 and a Sunday in 2023: the 26 days compared by offset swap some
    # weekdays; that fades over the year
    assert abs(growth_pct(date(2023, 3, 31), rhythm)) < 1.5
    assert abs(growth_pct(date(2023, 12, 31), rhythm)) < 0.4
