"""Runs in the rivals' environment: load a CSV into DuckDB by dlt.

`csv_by_dlt.py insert|parquet|arrow FILE.csv OUT.duckdb`.

`insert` is what dlt does by default with dicts into DuckDB, `parquet` what makes that faster,
`arrow` skips the dicts. Prints seconds and rows.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dlt
import pyarrow as pa
import pyarrow.csv

if TYPE_CHECKING:
    from collections.abc import Iterator


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield a dict a row: the way of dlt's own guide."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def arrow(path: Path) -> Iterator[Any]:
    """Yield Arrow tables, every cell as text: dlt hands them on as Parquet."""
    with path.open(encoding="utf-8") as file:
        labels = next(csv.reader(file))
    text = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(labels, pa.string()))
    for batch in pyarrow.csv.open_csv(path, convert_options=text):
        yield pa.Table.from_batches([batch])


def main(way: str, path: Path, out: Path) -> None:
    """Load; the seconds leave out the start of Python and the import of dlt."""
    began = time.perf_counter()
    pipeline = dlt.pipeline(
        f"csv_{way}", destination=dlt.destinations.duckdb(str(out)), dataset_name="landed"
    )
    source = arrow(path) if way == "arrow" else rows(path)
    form = "insert_values" if way == "insert" else "parquet"
    pipeline.run(
        dlt.resource(source, name="news"), write_disposition="replace", loader_file_format=form
    )
    spent = time.perf_counter() - began
    with pipeline.sql_client() as client:
        ((count,),) = client.execute_sql("select count(*) from news")
    sys.stdout.write(json.dumps({"seconds": spent, "rows": count}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
