"""`python -m pipeline.lake.spark`.

What `pipeline transform --engine spark` starts in the environment that has pyspark.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pipeline.base.errors import PipelineError
from pipeline.lake.duckdb_engine import Task
from pipeline.lake.spark.run import start, transform_with_spark

TRANSFORMS = Path(__file__).resolve().parents[3] / "transforms"


def main() -> int:
    """Run all models and return the exit code; print each table's name to standard error."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.lake.spark")
    parser.add_argument("--lake", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--master", default="local[*]")
    parser.add_argument("--conf", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--transforms", type=Path, default=TRANSFORMS)
    given = parser.parse_args()
    try:
        task = Task.read(given.lake, given.transforms)
        spark = start(
            given.master, task.lake.timezone, dict(one.split("=", 1) for one in given.conf)
        )
        transform_with_spark(spark, task, given.out, _say)
    except PipelineError as error:
        _say(f"error: {error}")
        return 1
    spark.stop()
    return 0


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
