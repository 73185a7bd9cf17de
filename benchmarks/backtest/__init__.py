"""How good is the forecast? The nightly SQL models run on years whose end is known, as of each month end.

`python -m benchmarks.backtest` forecasts generated years, `--series DIR --out FILE.csv` real daily
series.
"""
