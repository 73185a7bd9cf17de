"""Let other forecasters answer the back-test's questions.

Runs in .venv-peers, which has nothing of the product.

`python -m benchmarks.backtest.peers --series DIR --cutoffs FILE.csv --out FILE.csv`: for every row
of `cutoffs` (series, as_of) each method
forecasts the days to 31 December out of the last four years known then. Prophet knows China's
holidays.
"""

from __future__ import annotations

import argparse
import csv
import logging
import warnings
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from prophet import Prophet
from statsforecast.models import MSTL, AutoETS, AutoTheta

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = tuple[float, float, float]  # what is left of the year: expected, low, high
WEEK, YEAR = 7, 364
LEVEL = 80
HISTORY = 4 * 365 + 1


def prophet(known: pd.Series, days: int) -> Answer:
    """Forecast with Prophet; the band is of the sum, out of its own samples."""
    model = Prophet(
        interval_width=LEVEL / 100,
        weekly_seasonality=True,
        yearly_seasonality=True,
        daily_seasonality=False,
        uncertainty_samples=300,
    )
    model.add_country_holidays("CN")
    model.fit(pd.DataFrame({"ds": known.index, "y": known.to_numpy()}))
    ahead = pd.DataFrame(
        {"ds": pd.date_range(known.index[-1] + pd.Timedelta(days=1), periods=days)}
    )
    sums = np.clip(model.predictive_samples(ahead)["yhat"], 0, None).sum(axis=0)
    expected = float(np.clip(model.predict(ahead)["yhat"], 0, None).sum())
    return expected, float(np.quantile(sums, 0.1)), float(np.quantile(sums, 0.9))


def auto_ets(known: pd.Series, days: int) -> Answer:
    """Forecast with AutoETS over weeks."""
    return _summed(AutoETS(season_length=WEEK), known, days)


def auto_theta(known: pd.Series, days: int) -> Answer:
    """Forecast with AutoTheta over weeks."""
    return _summed(AutoTheta(season_length=WEEK), known, days)


def mstl(known: pd.Series, days: int) -> Answer:
    """Forecast with MSTL over weeks and years (of 52 weeks), the trend by AutoETS."""
    return _summed(
        MSTL(season_length=[WEEK, YEAR], trend_forecaster=AutoETS(model="ZZN")), known, days
    )


def _summed(model: AutoETS | AutoTheta | MSTL, known: pd.Series, days: int) -> Answer:
    """Sum a model's days. Its daily bounds summed are a band that is too wide.

    As if all days erred alike.
    """
    gapless = known.resample("D").mean().interpolate()
    found = model.forecast(y=gapless.to_numpy(dtype=float), h=days, level=[LEVEL])
    expected, low, high = (
        float(np.clip(found[name], 0, None).sum())
        for name in ("mean", f"lo-{LEVEL}", f"hi-{LEVEL}")
    )
    return expected, low, high


METHODS: dict[str, Callable[[pd.Series, int], Answer]] = {
    "Prophet": prophet, "AutoETS": auto_ets, "AutoTheta": auto_theta, "MSTL": mstl,
}  # fmt: skip


def main() -> None:
    """Answer every cut-off; one row a method goes to `--out`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.backtest.peers")
    for name in ("series", "cutoffs", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    given = parser.parse_args()
    warnings.filterwarnings("ignore")
    logging.getLogger("cmdstanpy").setLevel(logging.ERROR)
    known = {path.stem: _read(path) for path in given.series.glob("*.csv")}
    with given.cutoffs.open(encoding="utf-8", newline="") as file:
        cutoffs = list(csv.DictReader(file))
    with given.out.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(("series", "as_of", "method", "rest", "low", "high"))
        for row in cutoffs:
            as_of = date.fromisoformat(row["as_of"])
            series = known[row["series"]][: pd.Timestamp(as_of)].iloc[-HISTORY:]
            days = (date(as_of.year, 12, 31) - series.index[-1].date()) // timedelta(days=1)
            for name, method in METHODS.items():
                out.writerow((row["series"], row["as_of"], name, *method(series, days)))


def _read(path: Path) -> pd.Series:
    frame = pd.read_csv(path, parse_dates=["date"]).dropna()
    series: pd.Series = frame.set_index("date")["value"].sort_index()
    return series


if __name__ == "__main__":
    main()
