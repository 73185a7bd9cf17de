"""`export lake` and `transform`.

The models over a lake of Parquet, with DuckDB here or with Spark on as many machines as there are.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.base.errors import ConfigError, PipelineError
from pipeline.config.checkout import CHECKOUT, TRANSFORMS
from pipeline.config.home import Home

SPARK_PYTHON = CHECKOUT / ".venv-spark" / "bin" / "python"


class Engine(StrEnum):
    """Engines that run the models."""

    duckdb = "duckdb"
    spark = "spark"


def transform(
    context: typer.Context,
    engine: Annotated[Engine, typer.Option(help="What runs the models.")] = Engine.duckdb,
    master: Annotated[
        str, typer.Option(help="Spark's master: spark://HOST:7077, or local[2] for this machine.")
    ] = "local[*]",
    lake: Annotated[Path | None, typer.Option(help="A lake (default: <home>/output/lake).")] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Where the tables go (default: <home>/output/lake-<engine>)."),
    ] = None,
    conf: Annotated[
        list[str] | None, typer.Option(help="A Spark setting, NAME=VALUE; may be repeated.")
    ] = None,
) -> None:
    """Run all models over a lake that `export lake` wrote; every table becomes a folder of Parquet."""
    home: Home = context.obj
    source, target = lake or home.output / "lake", out or home.output / f"lake-{engine}"
    if engine is Engine.spark:
        _spark(source.resolve(), target.resolve(), master, conf or [])
    else:
        _duckdb(source, target)
    typer.echo(str(target))


def export_lake(home: Home, folder: Path | None) -> None:
    """Write the lake of a home; ConfigError without a folder."""
    from pipeline.lake.lake import export_lake as export
    from pipeline.models.folder import load_models
    from pipeline.warehouse.publish import published_timezone, require_warehouse, use_timezone

    if folder is None:
        raise ConfigError(
            "`export lake` needs a folder: `export lake DIR`. For marts in a folder of that "
            "name give its whole path."
        )
    import duckdb

    with duckdb.connect(str(require_warehouse(home)), read_only=True) as con:
        use_timezone(con, published_timezone(con))
        written = export(con, folder.resolve(), load_models(TRANSFORMS))
    typer.echo(f"{sum(1 for _ in written.tables())} table(s) as of {written.as_of} in {folder}")


def _duckdb(lake: Path, out: Path) -> None:
    from pipeline.cli.console import Steps
    from pipeline.lake.duckdb_engine import Task, transform_with_duckdb

    task = Task.read(lake, TRANSFORMS)
    with Steps() as steps:
        transform_with_duckdb(task, out, steps.step)


def _spark(lake: Path, out: Path, master: str, conf: list[str]) -> None:
    words = [
        "--lake",
        str(lake),
        "--out",
        str(out),
        "--master",
        master,
        *(f"--conf={one}" for one in conf),
    ]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, (str(CHECKOUT), os.environ.get("PYTHONPATH")))),
    }
    # our own command line
    done = subprocess.run(  # noqa: S603
        [spark_python(), "-m", "pipeline.lake.spark", *words], env=environment, check=False
    )
    if done.returncode:
        raise PipelineError(
            f"Spark at {master} ended with {done.returncode}; what it said stands above."
        )


def spark_python() -> str:
    """Return the interpreter that has pyspark; ConfigError says how to get one, or Java."""
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        raise ConfigError(
            "Spark needs Java 17 or newer and there is none: install one (Debian: "
            "openjdk-17-jre-headless) or set JAVA_HOME."
        )
    if importlib.util.find_spec("pyspark"):
        return sys.executable
    if SPARK_PYTHON.exists():
        return str(SPARK_PYTHON)
    raise ConfigError(
        "pyspark is not installed. Run `make spark`: it sets up .venv-spark, which "
        "`--engine spark` then uses by itself."
    )
