"""Run all models on Spark over a lake, each once its inputs are built.

Every result is written as Parquet and read back by those that need it.
"""

from __future__ import annotations

import time
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any

from pipeline.base.errors import PipelineError
from pipeline.lake.duckdb_engine import Task, model_types
from pipeline.lake.spark.macros import Macros
from pipeline.lake.spark.translate import spark_type, to_spark

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pyspark.sql import SparkSession

    from pipeline.models.model import Model

_AT_ONCE = 4  # models planned or run side by side
# What the translated SQL counts on; all else (memory, cores, executors) is Spark's own
# configuration.
_SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    # 4.3.0 makes an invalid plan of two of our models with it (union below a window); it only
    # tidies names.
    "spark.sql.optimizer.excludedRules": "org.apache.spark.sql.catalyst.optimizer.RemoveRedundantAliases",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


def start(master: str, timezone: str, more: dict[str, str]) -> SparkSession:
    """Return a session on `master` (spark://…, local[2]).

    Its clock is set to the zone, `more` is any Spark setting.
    """
    from pyspark.sql import SparkSession

    builder: Any = SparkSession.builder
    builder = builder.master(master).appName("publicity-pipeline")
    for name, value in {**more, **_SETTINGS, "spark.sql.session.timeZone": timezone}.items():
        builder = builder.config(name, value)
    session: SparkSession = builder.getOrCreate()
    # errors come as exceptions; a plan too big to compile is interpreted
    session.sparkContext.setLogLevel("FATAL")
    return session


def transform_with_spark(
    spark: SparkSession, task: Task, out: Path, step: Callable[[str], None]
) -> None:
    """Build all models over the lake and write each to `out`/<schema>/<table>/.

    PipelineError names the one that failed.

    `step` gets each finished table and the seconds it took (several are built side by side).
    """
    schema, macros = model_types(task), Macros(task.functions)
    for name, table, kinds in task.lake.tables():
        _view(spark, task.lake.folder / name / table, f"{name}_{table}", kinds)

    def build(model: Model) -> None:
        began = time.perf_counter()
        _build(spark, model, to_spark(model, macros, schema, task.lake.fixes), out)
        _view(
            spark,
            out / model.schema / model.name,
            f"{model.schema}_{model.name}",
            schema[model.schema][model.name],
        )
        step(f"{model.table} {time.perf_counter() - began:.1f} s")

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        _in_order(pool, task.models, build)


def _in_order(pool: Executor, models: Sequence[Model], build: Callable[[Model], None]) -> None:
    """Build each model as soon as all its inputs are built: planning one overlaps with running another."""
    known = {model.table: model for model in models}
    order = TopologicalSorter({name: model.reads & known.keys() for name, model in known.items()})
    order.prepare()
    running: dict[Future[None], str] = {}
    while order.is_active():
        running |= {pool.submit(build, known[name]): name for name in order.get_ready()}
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            future.result()
            order.done(running.pop(future))


def _build(spark: SparkSession, model: Model, query: str, out: Path) -> None:
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        spark.sql(query).write.mode("overwrite").parquet(
            (out / model.schema / model.name).resolve().as_uri()
        )
    except (PySparkException, Py4JError) as error:
        raise PipelineError(f"{model.path}: {str(error).strip().splitlines()[0]}") from error


def _view(spark: SparkSession, folder: Path, name: str, kinds: dict[str, str]) -> None:
    """Name a folder of Parquet; with its schema given, nothing is read to find it out."""
    fields = ", ".join(f"`{column}` {spark_type(kind)}" for column, kind in kinds.items())
    frame = spark.read.schema(fields).parquet(folder.resolve().as_uri())
    frame.select(*(f"`{column}`" for column in kinds)).createOrReplaceTempView(name)
