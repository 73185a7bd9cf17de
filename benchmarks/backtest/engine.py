"""Run the forecast models of transforms/ on many daily series, each one `flow`, as known on a past day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from pipeline.config.checkout import TRANSFORMS
from pipeline.models.build import load_functions
from pipeline.models.folder import model_file, read_model
from pipeline.models.incremental import build_model
from plans.comparable import comparable_day

if TYPE_CHECKING:
    from collections.abc import Iterable

MODELS = tuple(
    read_model(model_file(TRANSFORMS, f"staging.{name}"))
    for name in ("flow_base", "flow_week", "flow_band", "flow_forecast")
)
# A year is forecast when it and the year before have figures on four fifths of their days (the
# models' own rule for the base).
ENOUGH = 0.8
SETUP = """
    create schema raw; create schema staging; create schema ops;
    create table raw.calendar_day as select * from calendar;
    create table raw.plan_annotation (from_on date, to_on date, affects_base boolean, reason_zh varchar);
    -- no own scored years: each year is forecast by itself
    create table staging.flow_score (flow varchar, factor double);
    create table world as select series as flow, date, value from given where value is not null;
    create table year_total as
        select flow, cast(year(date) as integer) as year, sum(value) as total, count(*) as days from world
        group by all;
    create table plan_year as
        select y.flow, y.year, y.total, b.total as base_total
        from year_total as y join year_total as b on b.flow = y.flow and b.year = y.year - 1
        where least(y.days, b.days) >= $enough * 365 and y.total > 0;
    create table result (series varchar, plan_year integer, as_of date, actual_total double,
        to_date double, forecast double, low double, high double,
        chance_120 double, chance_100 double, linear double)"""
CONTEXT = """
    create or replace table ops.context as select $day as as_of, $year as plan_year, $year - 1 as base_year,
        make_date($year, 1, 1) as year_start, make_date($year, 12, 31) as year_end, $day as plan_as_of"""
KNOWN = """
    create or replace table staging.flow_daily as
    select w.flow, w.date, w.value from world as w join plan_year as p on p.flow = w.flow and p.year = $year
    where w.date between make_date($year - 2, 1, 1) and $day"""
NOTE = """
    insert into result
    select f.flow, c.plan_year, c.as_of, p.total, f.to_date, f.to_date + f.remaining,
        f.to_date + f.remaining_low, f.to_date + f.remaining_high,
        reach_chance(1.2 * p.base_total - f.to_date, f.remaining, f.spread),
        reach_chance(p.base_total - f.to_date, f.remaining, f.spread),
        f.to_date * (c.year_end - c.year_start + 1) / (c.as_of - c.year_start + 1)
    from staging.flow_forecast as f
    cross join ops.context as c
    join plan_year as p on p.flow = f.flow and p.year = c.plan_year
    where f.remaining is not null"""


def backtest(given: pa.Table, years: Iterable[int] | None = None) -> duckdb.DuckDBPyConnection:
    """Forecast each whole year of the series (series, date, value) as of its month ends.

    Returns a database with table `result`.
    """
    con = prepared(given)
    known = [
        year for (year,) in con.execute("select distinct year from plan_year order by 1").fetchall()
    ]
    for year in known if years is None else years:
        for day in month_ends(year):
            forecast_as_of(con, day)
    return con


def prepared(given: pa.Table) -> duckdb.DuckDBPyConnection:
    """Return a database to compute forecasts in.

    It holds the calendar, the series as `world`, the years to forecast and an empty `result`.
    """
    con = duckdb.connect(config={"threads": 2})
    load_functions(con, TRANSFORMS)
    con.register("given", given)
    first, last = con.execute("select year(min(date)), year(max(date)) from given").fetchall()[0]
    con.register("calendar", _calendar(first or 2000, last or 2000))
    *statements, end = SETUP.replace("$enough", str(ENOUGH)).split(";\n")
    for statement in (*statements, end):
        con.execute(statement)
    return con


def _calendar(first: int, last: int) -> pa.Table:
    """Return the calendar columns that the forecast reads, from the year before the first."""
    start = date(first - 1, 1, 1)
    days = [start + timedelta(days=n) for n in range((date(last, 12, 31) - start).days + 1)]
    return pa.table(
        {
            "date": days,
            "year": [day.year for day in days],
            "week_start": [day - timedelta(days=day.weekday()) for day in days],
            "comparable_on": [comparable_day(day) for day in days],
        }
    )


def forecast_as_of(con: duckdb.DuckDBPyConnection, day: date) -> None:
    """Let the models forecast every series as known on `day`.

    Add the forecasts and what the year became to `result`.
    """
    year = day.year
    con.execute(CONTEXT, {"day": day, "year": year})
    con.execute(KNOWN, {"day": day, "year": year})
    for model in MODELS:
        build_model(con, model)
    con.execute(NOTE)


def month_ends(year: int) -> list[date]:
    """Return the last days of January to November."""
    return [date(year, month + 1, 1) - timedelta(days=1) for month in range(1, 12)]
