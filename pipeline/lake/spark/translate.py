"""One model's SELECT as Spark SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import ErrorLevel, exp
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

from pipeline.lake.spark.dialect import BY_NAME, ModelSpark
from pipeline.lake.spark.patterns import UntranslatableError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.lake.lake import Fix, Schema
    from pipeline.lake.spark.macros import Macros
    from pipeline.models.model import Model

_TYPES = {
    "VARCHAR": "STRING", "INTEGER": "INT", "TIMESTAMP": "TIMESTAMP_NTZ",
    "TIMESTAMP WITH TIME ZONE": "TIMESTAMP_LTZ",
    "HUGEINT": "BIGINT", "UBIGINT": "BIGINT",
}  # fmt: skip


def spark_type(kind: str) -> str:
    """Return Spark's name of a DuckDB type."""
    return _TYPES.get(kind, kind)


def to_spark(model: Model, macros: Macros, schema: Schema, fixes: Iterable[Fix] = ()) -> str:
    """Return Spark SQL for a model, corrected, its columns cast to the types DuckDB gives them.

    UntranslatableError names the model.
    """
    tree = macros.parse(model.sql)
    for call in tree.find_all(exp.Anonymous):
        if call.name.lower() not in BY_NAME:
            raise UntranslatableError(
                f"{model.path}: {call.name}() is not translated; add it to "
                "pipeline/lake/spark/dialect.py"
            )
    tree = qualify(tree, schema=schema, dialect="duckdb", validate_qualify_columns=False)
    tree = annotate_types(tree, schema=schema, dialect="duckdb")
    try:
        query = tree.sql(ModelSpark, comments=False, unsupported_level=ErrorLevel.RAISE)
    except ValueError as error:
        raise UntranslatableError(f"{model.path}: {error}") from error
    kinds = schema[model.schema][model.name]
    own = [fix for fix in fixes if fix.table == model.table]
    columns = ", ".join(_column(name, spark_type(kind), own) for name, kind in kinds.items())
    return f"SELECT {columns} FROM ({query})"


def _column(name: str, kind: str, fixes: Iterable[Fix]) -> str:
    """Return one column of the result: where a correction names the cell, its value."""
    value = f"CAST(`{name}` AS {kind})"
    for fix in fixes:
        if fix.column == name:
            row = " AND ".join(
                f"CAST(`{key}` AS STRING) = {_literal(text)}" for key, text in fix.key.items()
            )
            value = f"CASE WHEN {row} THEN CAST({_literal(fix.value)} AS {kind}) ELSE {value} END"
    return f"{value} AS `{name}`"


def _literal(text: str | None) -> str:
    return "NULL" if text is None else exp.Literal.string(text).sql("spark")
