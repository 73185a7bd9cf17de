"""The published DuckDB file: the only room that opens it."""
