"""The same SQL models on Apache Spark.

Macros expanded, DuckDB's SQL translated, a lake of Parquet read and written.

Runs in an environment of its own (`make spark`): nothing here may import more than duckdb, sqlglot,
pyspark and the standard library.
"""

from pipeline.lake.spark.plain_sqlglot import use_source

use_source()
