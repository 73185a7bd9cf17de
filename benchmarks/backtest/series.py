"""Daily series: read from a folder of CSV files, or generated (benchmarks/simulator.py)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.csv

from benchmarks.simulator import HABITS, simulate
from pipeline.base.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

COLUMNS = pa.schema([("date", pa.date32()), ("value", pa.float64())])
YEARS = range(2019, 2026)
SEEDS = range(40)


def read_series(folder: Path) -> pa.Table:
    """Read every `*.csv` (date,value) of a folder as series, date, value.

    ConfigError names the file that cannot be read.
    """
    files = sorted(folder.glob("*.csv"))
    if not files:
        raise ConfigError(
            f"{folder}: no *.csv here. Name a folder of files with the columns date,value."
        )
    return pa.concat_tables([_read(path) for path in files])


def _read(path: Path) -> pa.Table:
    options = pyarrow.csv.ConvertOptions(column_types=COLUMNS, include_columns=COLUMNS.names)
    try:
        table = pyarrow.csv.read_csv(path, convert_options=options)
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        raise ConfigError(
            f"{path}: {error}. The file needs the columns date (2023-06-01) and value (a number)."
        ) from error
    return table.add_column(0, "series", pa.array([path.stem] * len(table), pa.string()))


def generated(seeds: Iterable[int] = SEEDS, habits: Iterable[str] = tuple(HABITS)) -> pa.Table:
    """Return generated years, two before the first forecast one; series are named `kind__seed`."""
    first, last = date(YEARS[0] - 2, 1, 1), date(YEARS[-1], 12, 31)
    rows = [
        (f"{habit}__{seed}", day, float(value))
        for habit in habits
        for seed in seeds
        for day, value in simulate(HABITS[habit], seed, first, last).items()
    ]
    return pa.table(
        dict(zip(("series", "date", "value"), map(list, zip(*rows, strict=True)), strict=True))
    )
