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
    """A forecast flow.

    Year to its last known day, what the base year had for the rest, and what to expect of it.
    """

    to_date: float
    remainder: float
    remaining: float | None
    spread: float
    is_usable: bool
    base_share: float | None
    base: pd.Series  # by day of the year: base or estimate

    @property
    def above(self) -> float:
        """From the forecast to the upper end of its band."""
        return (self.remaining or 0) * (math.exp(self.spread) - 1)

    @property
    def below(self) -> float:
        """From the lower end of the band to the forecast."""
        return (self.remaining or 0) * (1 - math.exp(-self.spread))


def flow_series(truth: Truth, asked: Asked, name: str) -> pd.Series:
    """Known daily values of a flow, of every year, to the last known day of the plan's year."""
    if name == "positive_reports":
        if not truth.has("report", "news"):
            return pd.Series(dtype=float, index=pd.DatetimeIndex([]))
        days = publications(truth, asked).query("is_positive_report")["published_on"]
        return (
            days.value_counts()
            .reindex(pd.date_range(days.min(), asked.upto), fill_value=0)
            .astype(float)
        )
    column = reads_metric(truth, asked) if name == "reads" else name
    daily = (
        account_daily(truth, asked)
        .query("account_id == @truth.main")
        .set_index("date")[column]
        .dropna()
    )
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
    habit = _habit(truth, known, base)
    days_left = (asked.end - last).days
    remaining = None
    if days_left == 0:
        remaining = 0.0
    elif usable and not ahead["filled"].isna().any():
        remaining = _rest(truth, known, days_left, remainder, habit)
    return Flow(
        float(this_year.sum()), remainder, remaining, habit.spread, usable, share, year["filled"]
    )


def flagged(truth: Truth, days: pd.DatetimeIndex) -> np.ndarray[Any, Any]:
    spans = [
        (pd.Timestamp(a["from"]), pd.Timestamp(a["to"]))
        for a in truth.plan["annotations"]
        if a["affects_base"]
    ]
    return np.array(
        [any(first <= day <= last for first, last in spans) for day in days], dtype=bool
    )


def base_of(truth: Truth, asked: Asked, known: pd.Series, span: pd.DatetimeIndex) -> pd.DataFrame:
    """Each day's base.

    Known, repaired from the year before by the level between the years, else the median of 28 days
    around.
    """
    clear: pd.Series = known[~flagged(truth, pd.DatetimeIndex(known.index))]
    on = pd.DatetimeIndex([comparable(day) for day in span])
    before = pd.DatetimeIndex([comparable(day) for day in on])
    of_base_year = clear[clear.index.year == asked.year - 1]  # type: ignore[attr-defined]
    then = known.reindex([comparable(day) for day in of_base_year.index]).to_numpy()
    pairs = (of_base_year.to_numpy() > 0) & (np.nan_to_num(then) > 0)
    level = (
        math.exp(np.median(np.log(of_base_year.to_numpy()[pairs] / then[pairs])))
        if pairs.any()
        else math.nan
    )
    repaired = flagged(truth, on)
    # these add up without rounding
    moved = np.round(known.reindex(before).to_numpy() * level * 65536) / 65536
    base = np.where(repaired, moved, known.reindex(on).to_numpy())
    window = pd.Timedelta(days=28)
    estimates = []
    for day, value in zip(on, base, strict=True):
        first, end = _around(truth, day)
        near = clear[(clear.index >= first - window) & (clear.index <= end + window)]
        estimates.append(near.median() if math.isnan(value) else value)
    return pd.DataFrame({"base": base, "filled": estimates}, index=span)


def _around(truth: Truth, day: pd.Timestamp) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The day itself, or the flagged span it lies in."""
    spans = [
        (pd.Timestamp(a["from"]), pd.Timestamp(a["to"]))
        for a in truth.plan["annotations"]
        if a["affects_base"]
    ]
    inside = [span for span in spans if span[0] <= day <= span[1]]
    return (
        (min(first for first, _ in inside), max(end for _, end in inside)) if inside else (day, day)
    )


@dataclass(frozen=True)
class Habit:
    """How a flow grows and scatters."""

    growth: float
    weight: float  # of last year's days; the rest is the recent mean's
    spread: float


def _habit(truth: Truth, known: pd.Series, base: pd.DataFrame) -> Habit:
    """Growth, weight and spread out of the weeks (forecasting.md 4 and 5).

    No own year has been scored in the oracles' worlds.
    """
    both = pd.DataFrame(
        {
            "now": known.reindex(base.index),
            "then": base["base"],
            "flagged": flagged(truth, pd.DatetimeIndex(base.index)),
        }
    )
    both = both[both["now"].notna()]
    weeks = both.groupby(monday(both.index.to_series())).agg(
        now=("now", "sum"),
        then=("then", "sum"),
        bases=("then", "count"),
        days=("now", "size"),
        flagged=("flagged", "sum"),
    )
    weeks = weeks[(weeks["days"] == 7) & (weeks["flagged"] == 0) & (weeks["now"] > 0)].sort_index(
        ascending=False
    )
    levels = np.log(weeks["now"].to_numpy()[:52])
    compared = weeks[(weeks["bases"] == 7) & (weeks["then"] > 0)]
    ratios = np.log((compared["now"] / compared["then"]).to_numpy()[:52])
    n, recent = len(ratios), min(13, len(ratios))
    growth = (
        0.0
        if n == 0
        else recent / (recent + 8) * np.median(ratios[:13]) + 8 / (recent + 8) * np.median(ratios)
    )
    if len(levels) < 2:
        return Habit(math.exp(growth) if len(levels) else 1.0, 0.5, 0.3)
    sw = float(np.std(levels, ddof=1))
    sr = float(np.std(ratios, ddof=1)) if n >= 4 else 1.2 * sw
    season = sw**2 / (sw**2 + sr**2) if sw + sr > 0 else 0.5
    scatter = (n * sr + 7.2 * sw) / (n + 6)
    spread = min(1.5, 0.05 + 0.5 * scatter + 0.2 * min(1, abs(growth)))
    return Habit(math.exp(growth), n / (n + 13) * season + 13 / (n + 13) / 2, spread)


def _rest(truth: Truth, known: pd.Series, days_left: int, remainder: float, habit: Habit) -> float:
    """The two answers, multiplied by their weights.

    One that is nothing leaves the word to the other.
    """
    last = known.index.max()
    clear: pd.Series = known[~flagged(truth, pd.DatetimeIndex(known.index))]
    year: pd.Series = clear[(clear.index > last - pd.Timedelta(days=364)) & (clear.index <= last)]
    quarter = year[year.index > last - pd.Timedelta(days=91)]
    seasonal = remainder * math.sqrt(habit.growth)
    if not len(year):
        return seasonal
    steady = days_left * math.sqrt((quarter.mean() if len(quarter) else year.mean()) * year.mean())
    return float((seasonal or steady) ** habit.weight * (steady or seasonal) ** (1 - habit.weight))


def phi(z: float) -> float:
    """Normal distribution function."""
    return 0.5 * (1 + math.erf(z / math.sqrt(2)))


def flow_chance(flow: Flow, target: float) -> float | None:
    """How likely a flow's year reaches its target."""
    missing = target - flow.to_date
    if missing <= 0:
        return 1.0
    if flow.remaining is None:
        return None
    return (
        phi(1.2816 * math.log(flow.remaining / missing) / flow.spread)
        if flow.remaining > 0
        else 0.0
    )


def small_count(days: pd.Series, asked: Asked, target: float, e: float) -> dict[str, float]:
    """Gamma-Poisson.

    What is left is f times NegBin(r / f, p), out of this year, the base year and how much comes in
    batches.
    """
    start = pd.Timestamp(asked.year - 1, 1, 1)
    done, before = (
        int(days.between(asked.start, asked.upto).sum()),
        int(((days >= start) & (days < asked.start)).sum()),
    )
    weight = 0.3 if before else 0.0
    r, p = done + 0.5 + weight * before, (e + weight) / (1 + weight)
    since = (asked.upto - (start if before else asked.start)).days + 1
    k = min(13, since // 28)
    age = (asked.upto - days[days <= asked.upto]).dt.days // 28
    counts = [int(age.eq(i).sum()) for i in range(k)]
    ratio = (
        max(1.0, float(np.var(counts, ddof=1) / np.mean(counts))) if k > 1 and any(counts) else 1.0
    )
    step = (k * ratio + 9) / (k + 6) + 0.04 * r
    size = r / step
    mass = [
        math.exp(
            math.lgamma(i + size)
            - math.lgamma(size)
            - math.lgamma(i + 1)
            + size * math.log(p)
            + i * math.log(max(1 - p, 1e-12))
        )
        for i in range(20_000)
    ]
    below = np.cumsum(mass)
    high = int(np.argmax(below >= 0.9))
    expected = done + r * (1 - p) / p
    band = {}
    if high < 400:  # wider than 400 batches: none is shown
        low = math.floor(step * int(np.argmax(below >= 0.1)) + 0.5)
        band = {
            "forecast_low": min(done + low, math.floor(expected)),
            "forecast_high": max(done + math.floor(step * high + 0.5), math.ceil(expected)),
        }
    short = math.ceil((target - done) / step - 1e-12)  # so many batches reach it
    return {
        "forecast": expected,
        **band,
        "chance": 1.0 if target <= done else max(0.0, 1 - below[short - 1]),
    }
