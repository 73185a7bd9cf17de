"""All models on Spark over a lake, in order, every result written as Parquet and read back by those that need it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.engines import Task, model_types
from pipeline.errors import PipelineError
from pipeline.spark.dialect import ZONE
from pipeline.spark.macros import Macros
from pipeline.spark.translate import spark_type, to_spark

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pyspark.sql import SparkSession

# What the translated SQL counts on; all else (memory, cores, executors) is Spark's own configuration.
_SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": ZONE,
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    # 4.3.0 makes an invalid plan of two of our models with it (union below a window); it only tidies names.
    "spark.sql.optimizer.excludedRules": "org.apache.spark.sql.catalyst.optimizer.RemoveRedundantAliases",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


def start(master: str, more: dict[str, str]) -> SparkSession:
    """Return a session on `master` (spark://…, local[2]); `more` is any Spark setting."""
    from pyspark.sql import SparkSession

    builder: Any = SparkSession.builder
    builder = builder.master(master).appName("publicity-pipeline")
    for name, value in {**more, **_SETTINGS}.items():
        builder = builder.config(name, value)
    session: SparkSession = builder.getOrCreate()
    session.sparkContext.setLogLevel("FATAL")  # errors come as exceptions; a plan too big to compile is interpreted
    return session


def transform_with_spark(spark: SparkSession, task: Task, out: Path, step: Callable[[str], None]) -> None:
    """Build all models over the lake and write each to `out`/<schema>/<table>/."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    schema, macros = model_types(task), Macros(task.functions)
    for name, table, kinds in task.lake.tables():
        _view(spark, task.lake.folder / name / table, f"{name}_{table}", kinds)
    for model in task.models:
        step(model.table)
        folder = out / model.schema / model.name
        query = to_spark(model, macros, schema, task.lake.fixes)
        try:
            spark.sql(query).write.mode("overwrite").parquet(folder.resolve().as_uri())
        except (PySparkException, Py4JError) as error:
            raise PipelineError(f"{model.path}: {str(error).strip().splitlines()[0]}") from error
        _view(spark, folder, f"{model.schema}_{model.name}", schema[model.schema][model.name])


def _view(spark: SparkSession, folder: Path, name: str, kinds: dict[str, str]) -> None:
    """Name a folder of Parquet; with its schema given, nothing is read to find it out."""
    fields = ", ".join(f"`{column}` {spark_type(kind)}" for column, kind in kinds.items())
    frame = spark.read.schema(fields).parquet(folder.resolve().as_uri())
    frame.select(*(f"`{column}`" for column in kinds)).createOrReplaceTempView(name)
