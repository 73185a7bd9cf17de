"""Oracle of the targets' curves: target_daily, target_weekly."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tests.oracles.accounts import account_daily, reads_metric
from tests.oracles.forecasts import forecast
from tests.oracles.targets import due, events, target_progress
from tests.oracles.truth import Asked, monday, remembered

if TYPE_CHECKING:
    from tests.oracles.truth import Truth

KEYS = {
    "target_daily": ["target_id", "date"],
    "target_weekly": ["target_id", "week_start"],
}


@remembered
def target_daily(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.target_daily.

    To date, the line, and the way to the forecast along the base's remaining days.
    """
    year = pd.date_range(asked.start, asked.end)
    elapsed = pd.Series(np.arange(1, len(year) + 1) / len(year), index=year)
    counted = events(truth, asked)
    daily = account_daily(truth, asked).query("account_id == @truth.main").set_index("date")
    parts = []
    for row in target_progress(truth, asked).replace({np.nan: None}).to_dict("records"):
        name = row["target_id"]
        flow = (
            forecast(truth, asked, "reads" if name == "wechat_reads" else name)
            if name in ("wechat_reads", "positive_reports")
            else None
        )
        if name == "wechat_followers":
            actual = daily["followers"].reindex(year)
        elif name == "wechat_reads":
            actual = daily[reads_metric(truth, asked)].reindex(year).cumsum().ffill()
        else:
            days = counted[name]
            if days is None:
                days = pd.Series(dtype="datetime64[ns]")
            actual = (
                days[days.between(asked.start, asked.upto)]
                .value_counts()
                .reindex(year, fill_value=0)
                .cumsum()
                .astype(float)
            )
        linear = (
            pd.Series(math.nan, index=year)
            if row["target"] is None
            else row["baseline"] + (row["target"] - row["baseline"]) * elapsed
            if row["kind"] == "stock_growth"
            else row["target"] * elapsed
        )
        share = (
            None
            if flow is None or flow.base_share is None
            else flow.base.cumsum() / flow.base.sum()
        )
        target = next(one for one in truth.plan["targets"] if one["id"] == name)
        pace = row["target"] * share if share is not None and row["target"] is not None else linear
        if target["pace"] in ("quarters", "scheduled"):
            stairs = [due(target, truth, Asked(day, asked.year), None) for day in year]
            pace = pd.Series(
                [float(stair[0]) if stair else math.nan for stair in stairs], index=year
            )
        travelled = _travelled(
            asked, year, None if share is None or flow is None else flow.base.cumsum()
        )
        part = pd.DataFrame(
            {
                "target_id": name,
                "date": year,
                "actual": actual.where(
                    (year <= asked.upto) & (row["actual"] is not None)
                ).to_numpy(),
                "pace": pace.to_numpy(),
                "linear_pace": linear.to_numpy(),
            }
        )
        for column in ("forecast", "forecast_low", "forecast_high"):
            known = row[column] is not None and row["actual"] is not None
            part[column] = (
                (row["actual"] + (row[column] - row["actual"]) * travelled).to_numpy()
                if known
                else None
            )
        parts.append(
            part.astype(dict.fromkeys(("forecast", "forecast_low", "forecast_high"), float))
        )
    return pd.concat(parts, ignore_index=True)


def _travelled(asked: Asked, year: pd.DatetimeIndex, base: pd.Series | None) -> pd.Series:
    """How much of the way from today to the year's end lies behind each day to come."""
    way: pd.Series
    if base is not None and base.iloc[-1] > base[asked.upto]:
        way = (base - base[asked.upto]) / (base.iloc[-1] - base[asked.upto])
    else:
        rest = (asked.end - asked.upto).days
        way = pd.Series((year - asked.upto).days / rest if rest else np.nan, index=year)
    ahead: pd.Series = way.where(year >= asked.upto)
    return ahead


def target_weekly(truth: Truth, asked: Asked) -> pd.DataFrame:
    """mart.target_weekly: the last known day of each week, and the change since the week before."""
    day = target_daily(truth, asked).dropna(subset="actual")
    day["week_start"] = monday(day["date"])
    week = (
        day.sort_values("date")
        .groupby(["target_id", "week_start"], as_index=False)
        .agg(known_on=("date", "last"), actual=("actual", "last"), pace=("pace", "last"))
    )
    before = week.assign(week_start=week["week_start"] + pd.Timedelta(days=7)).rename(
        columns={"actual": "previous_actual"}
    )[["target_id", "week_start", "previous_actual"]]
    week = week.merge(before, how="left", on=["target_id", "week_start"])
    week["change"], week["iso_week"] = (
        week["actual"] - week["previous_actual"],
        week["week_start"].dt.strftime("%G-W%V"),
    )
    return week
