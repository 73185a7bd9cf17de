"""The same models over a lake of Parquet, on DuckDB or Spark."""
