"""Made-up years of daily reads with the habits of a publicity account. Seeded, pure Python.

The same seed, the same years.

Shape of a day: level x yearly growth x weekday x season x Chinese New Year x National Day x noise,
plus spikes of viral posts.
The New Year dip is the toy profile of forecasting.md: 0.8 before, 0.35 in the holiday week, 0.85 in
the eight days after.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import date, timedelta

from plans.comparable import NEW_YEARS

WEEKDAYS = (1.0, 1.06, 1.08, 1.04, 1.1, 0.78, 0.7)


@dataclass(frozen=True)
class Habit:
    """What kind of account. Noise, drift and spreads are log-scale; `spikes` is a chance a day.

    A viral post brings about `spike_days` ordinary days' reads: 100,000 reads against 5,000 to
    10,000 a day is 10 to 20.
    Its size scatters by `spike_spread`; 55 % come on the first day.
    """

    name_zh: str
    noise: float = 0.15
    drift: float = 0.0
    growth_spread: float = 0.12
    spikes: float = 0.0
    spike_days: float = 8.0
    spike_spread: float = 0.5
    season: float = 0.3


HABITS = {
    "calm": Habit("平稳：无爆款"),
    "some": Habit("常见：一年约 4 次爆款", spikes=0.01),
    "viral": Habit(
        "爆款多：一年约 11 次", noise=0.3, spikes=0.03, spike_days=10.0, spike_spread=0.8
    ),
    "bursty": Habit(
        "大起大落：水平也逐日漂移",
        noise=0.5,
        drift=0.02,
        spikes=0.03,
        spike_days=10.0,
        spike_spread=0.8,
    ),
}


def new_year_factor(day: date) -> float:
    """Return the dip around Chinese New Year, 1.0 on other days."""
    offset = (day - NEW_YEARS[day.year]).days
    if -5 <= offset < 0:
        return 0.8
    if 0 <= offset <= 6:
        return 0.35
    return 0.85 if 7 <= offset <= 14 else 1.0


def rhythm(day: date, season: float = 0.0, peak: float = 0.0) -> float:
    """Return what the calendar alone makes of a day.

    Weekday, slow yearly wave, New Year, National Day.
    """
    wave = 1 + season * math.cos(2 * math.pi * (day.timetuple().tm_yday - peak) / 365.25)
    holiday = 0.6 if day.month == 10 and day.day <= 7 else 1.0
    return WEEKDAYS[day.weekday()] * wave * new_year_factor(day) * holiday


def dates(first: date, last: date) -> list[date]:
    """Return every day from first to last."""
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


def simulate(
    habit: Habit, seed: int, first: date, last: date, level: float = 5000.0
) -> dict[date, int]:
    """Return reads by day.

    Each series has its own wave (up to `season`, any peak) and each year its own growth (8 % on
    average).
    """
    rng = random.Random(f"{habit.name_zh}/{seed}")
    season, peak = rng.uniform(0, habit.season), rng.uniform(0, 365)
    rates = {
        year: rng.gauss(0.08, habit.growth_spread) for year in range(first.year, last.year + 1)
    }
    log_level, tail, days = math.log(level), 0.0, {}
    for day in dates(first, last):
        log_level += rates[day.year] / 365.25 + rng.gauss(0, habit.drift)
        if rng.random() < habit.spikes:
            tail += 0.55 * habit.spike_days * math.exp(log_level + rng.gauss(0, habit.spike_spread))
        usual = math.exp(log_level + rng.gauss(0, habit.noise)) * rhythm(day, season, peak)
        days[day] = round(usual + tail)
        tail *= 0.45
    return days
