"""`python -m pipeline.spark`: what `pipeline transform --engine spark` starts in the environment that has pyspark."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pipeline.errors import PipelineError
from pipeline.lake import Lake
from pipeline.models import load_models
from pipeline.spark.run import start, transform_with_spark

TRANSFORMS = Path(__file__).resolve().parents[2] / "transforms"


def main() -> int:
    """Run all models; progress goes to standard error, one table a line. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.spark")
    parser.add_argument("--lake", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--master", default="local[*]")
    parser.add_argument("--conf", action="append", default=[], metavar="NAME=VALUE")
    given = parser.parse_args()
    try:
        lake, models = Lake.read(given.lake), load_models(TRANSFORMS)
        spark = start(given.master, dict(one.split("=", 1) for one in given.conf))
        functions = (TRANSFORMS / "functions.sql").read_text("utf-8")
        transform_with_spark(spark, lake, given.out, models, functions, _say)
    except PipelineError as error:
        _say(f"error: {error}")
        return 1
    spark.stop()
    return 0


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
