"""Oracle of the forecasts: forecasting.md in numpy, scipy-free. Nothing of the pipeline is used."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tests.oracles.accounts import account_daily, reads_metric
from tests.oracles.truth import comparable, monday
from tests.oracles.works import publications

if TYPE_CHECKING:
    from tests.oracles.truth import Asked, Truth


@dataclass(frozen=True)
class Flow:
    """A forecast flow: year to its last known day, what the base year had for the rest, and what to expect of it."""

    to_date: float
    remainder: float
    remaining: float | None
    half_width: float | None
    is_usable: bool
    base_share: float | None
    base: pd.Series  # by day of the year: base or estimate


def flow_series(truth: Truth, asked: Asked, name: str) -> pd.Series:
    """Known daily values of a flow, of every year, to the last known day of the plan's year."""
    if name == "positive_reports":
        if not truth.has("report", "news"):
            return pd.Series(dtype=float, index=pd.DatetimeIndex([]))
        days = publications(truth, asked).query("is_positive_report")["published_on"]
        return days.value_counts().reindex(pd.date_range(days.min(), asked.upto), fill_value=0).astype(float)
    column = reads_metric(truth, asked) if name == "reads" else name
    daily = account_daily(truth, asked).query("account_id == @truth.main").set_index("date")[column].dropna()
    return daily[daily.index <= asked.upto].astype(float).sort_index()


def forecast(truth: Truth, asked: Asked, name: str) -> Flow | None:
    """One flow's forecast; None while the plan's year has no figure."""
    known = flow_series(truth, asked, name)
    this_year = known[known.index >= asked.start]
    if this_year.empty:
        return None
    span = pd.date_range(pd.Timestamp(asked.year - 1, 1, 1), asked.end)
    base = base_of(truth, asked, known, span)
    last, year = this_year.index.max(), base[base.index >= asked.start]
    ahead = year[year.index > last]
    usable = bool(year["base"].notna().sum() >= 0.8 * len(year))
    whole = year["filled"].sum()
    share = year.loc[:last, "filled"].sum() / whole if usable and whole else None
    remainder = float(ahead["filled"].sum())
    remaining = None
    if remainder == 0 and not ahead["filled"].isna().any():
        remaining = 0.0
    elif usable and not ahead["filled"].isna().any():
        growth = _growth(known, base)
        remaining = None if growth is None else growth * remainder
    half = None if remaining is None else _width(known, base) * remaining
    return Flow(float(this_year.sum()), remainder, remaining, half, usable, share, year["filled"])


def flagged(truth: Truth, days: pd.DatetimeIndex) -> np.ndarray[Any, Any]:
    spans = [(pd.Timestamp(a["from"]), pd.Timestamp(a["to"])) for a in truth.plan["annotations"] if a["affects_base"]]
    return np.array([any(first <= day <= last for first, last in spans) for day in days], dtype=bool)


def base_of(truth: Truth, asked: Asked, known: pd.Series, span: pd.DatetimeIndex) -> pd.DataFrame:
    """Each day's base: known, repaired from the year before by the level between the years, else the median of 28 days around."""
    clear: pd.Series = known[~flagged(truth, pd.DatetimeIndex(known.index))]
    on = pd.DatetimeIndex([comparable(day) for day in span])
    before = pd.DatetimeIndex([comparable(day) for day in on])
    of_base_year = clear[clear.index.year == asked.year - 1]  # type: ignore[attr-defined]
    then = known.reindex([comparable(day) for day in of_base_year.index]).to_numpy()
    pairs = (of_base_year.to_numpy() > 0) & (np.nan_to_num(then) > 0)
    level = math.exp(np.median(np.log(of_base_year.to_numpy()[pairs] / then[pairs]))) if pairs.any() else math.nan
    repaired = flagged(truth, on)
    moved = np.round(known.reindex(before).to_numpy() * level * 65536) / 65536  # these add up without rounding
    base = np.where(repaired, moved, known.reindex(on).to_numpy())
    window = pd.Timedelta(days=28)
    estimates = [
        clear[(clear.index >= day - window) & (clear.index <= day + window)].median() if math.isnan(value) else value
        for day, value in zip(on, base, strict=True)
    ]
    return pd.DataFrame({"base": base, "filled": estimates}, index=span)


def _ratios(known: pd.Series, base: pd.DataFrame) -> pd.Series:
    """Log ratios of the complete weeks, newest first."""
    both = pd.DataFrame({"now": known.reindex(base.index), "then": base["base"]}).dropna()
    weeks = both.groupby(monday(both.index.to_series())).agg(
        now=("now", "sum"), then=("then", "sum"), days=("now", "size")
    )
    weeks = weeks[(weeks["days"] == 7) & (weeks["now"] > 0) & (weeks["then"] > 0)]
    return (weeks["now"] / weeks["then"]).map(math.log).sort_index(ascending=False)


def _growth(known: pd.Series, base: pd.DataFrame) -> float | None:
    """g: medians of the last 13 and 52 complete weeks' log ratios, the recent ones weighing n/(n+8)."""
    ratios = _ratios(known, base)
    if ratios.empty:
        return None
    n = min(13, len(ratios))
    return math.exp(n / (n + 8) * ratios[:13].median() + 8 / (n + 8) * ratios[:52].median())


def _width(known: pd.Series, base: pd.DataFrame) -> float:
    """q: half of what lies between the first and the ninth decile of 52 weeks (nearest rank), between 0.3 and 0.6."""
    ranked = sorted(_ratios(known, base)[:52])
    if not ranked:
        return 0.3
    low, high = (ranked[math.ceil(share * len(ranked) - 1e-9) - 1] for share in (0.1, 0.9))
    return float(min(0.6, max(0.3, (high - low) / 2)))


def phi(z: float) -> float:
    """Normal distribution function."""
    return 0.5 * (1 + math.erf(z / math.sqrt(2)))


def chance(expected: float, target: float, half_width: float) -> float:
    """How likely a flow's year reaches its target."""
    return phi((expected - target) / (half_width / 1.2816)) if half_width > 0 else float(expected >= target)


def small_count(done: float, target: float, e: float) -> dict[str, float]:
    """Gamma-Poisson: what is left is NegBin(done + 0.5, e)."""
    r = done + 0.5
    mass = [
        math.exp(
            math.lgamma(k + r) - math.lgamma(r) - math.lgamma(k + 1) + r * math.log(e) + k * math.log(max(1 - e, 1e-12))
        )
        for k in range(20_000)
    ]
    below = np.cumsum(mass)
    missing, high = int(target - done), int(np.argmax(below >= 0.9))
    band = (
        {"forecast_low": done + int(np.argmax(below >= 0.1)), "forecast_high": done + high} if high < 400 else {}
    )  # wider than 400: none is shown
    return {
        "forecast": done + r * (1 - e) / e,
        **band,
        "chance": 1.0 if missing <= 0 else max(0.0, 1 - below[missing - 1]),
    }
