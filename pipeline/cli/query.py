"""Ask the published warehouse: `pipeline sql` and `pipeline shell`."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.base.errors import PipelineError
from pipeline.cli.console import plain_console
from pipeline.cli.tables import show
from pipeline.export.query_formats import _as_csv, _as_json, _as_markdown, _write_xlsx
from pipeline.warehouse.publish import SCHEMAS, open_published

if TYPE_CHECKING:
    from pipeline.config.home import Home


class Format(StrEnum):
    """How `sql` prints its rows."""

    table = "table"
    csv = "csv"
    json = "json"
    xlsx = "xlsx"
    parquet = "parquet"
    markdown = "markdown"


def sql(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="One SELECT over mart, staging, raw or ops.")],
    output: Annotated[Format, typer.Option("--format", help="How to print the rows.")] = Format.table,
    out: Annotated[
        Path | None, typer.Option(help="Write to this file (xlsx, parquet: default <home>/output/query.<format>).")
    ] = None,
) -> None:
    """Ask the published warehouse, read-only."""
    answer(context.obj, query, output, out)


def shell(context: typer.Context) -> None:
    """Ask the published warehouse line by line; `.tables`, `.quit`."""
    shell_loop(context.obj)


def answer(home: Home, query: str, output: str, out: Path | None) -> None:
    """Run one query and print it as table, csv, json or markdown, or write it as xlsx or parquet."""
    if output == "parquet":
        sys.stdout.write(f"{_write_parquet(home, query, out or home.output / 'query.parquet')}\n")
        return
    names, rows = fetch(home, query)
    if output == "xlsx":
        target = out or home.output / "query.xlsx"
        target.parent.mkdir(parents=True, exist_ok=True)
        for line in _write_xlsx(target, names, rows):
            sys.stderr.write(f"{line}\n")
        sys.stdout.write(f"{target}\n")
        return
    text = {"table": _as_table, "csv": _as_csv, "json": _as_json, "markdown": _as_markdown}[output](names, rows)
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text, "utf-8")


def fetch(home: Home, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return column names and rows; PipelineError carries DuckDB's words, which suggest near names."""
    import duckdb

    with open_published(home) as con:
        try:
            cursor = con.execute(query)
            return [column[0] for column in cursor.description or []], cursor.fetchall()
        except duckdb.Error as error:
            raise PipelineError(f"query failed: {error}") from error


def shell_loop(home: Home) -> None:
    """Read queries from stdin until `.quit` or the end; each sees the newest published night."""
    if sys.stdin.isatty():
        _complete_names(home)
    while True:
        query = _next_line()
        if query in (None, ".quit", ".exit"):
            return
        if query == ".tables":
            query = f"select schema_name, table_name, comment from duckdb_tables() where schema_name in {SCHEMAS} order by all"
        if query:
            try:
                answer(home, query, "table", None)
            except PipelineError as error:
                sys.stdout.write(f"error: {error}\n")


def _next_line() -> str | None:
    """Return the next query, with line editing on a terminal; None at the end."""
    if not sys.stdin.isatty():
        line = sys.stdin.readline()
        return line.strip() if line else None
    try:
        return input("pipeline> ").strip()
    except (EOFError, KeyboardInterrupt):
        return None


def _complete_names(home: Home) -> None:
    """Let the Tab key complete schemas, tables and columns, where Python has readline."""
    try:
        import readline
    except ImportError:
        return
    names = known_names(home)

    def complete(start: str, number: int) -> str | None:
        found = [name for name in names if name.startswith(start)]
        return found[number] if number < len(found) else None

    readline.set_completer_delims(" \t\n,()=<>+-*/|'\"")
    readline.set_completer(complete)
    readline.parse_and_bind("tab: complete")


def known_names(home: Home) -> list[str]:
    """Return what can be completed: schema.table and column names."""
    query = f"""
        select schema_name || '.' || table_name from duckdb_tables() where schema_name in {SCHEMAS}
        union select 'ask.' || function_name || '(' from duckdb_functions() where schema_name = 'ask'
        union select column_name from duckdb_columns() where schema_name in {SCHEMAS} order by 1"""
    return [str(row[0]) for row in fetch(home, query)[1]]


def _write_parquet(home: Home, query: str, target: Path) -> Path:
    """Write a query's rows with their types; the query itself still runs locked down."""
    import duckdb
    import pyarrow.parquet

    target.parent.mkdir(parents=True, exist_ok=True)
    with open_published(home) as con:
        try:
            table = con.execute(query).to_arrow_table()
        except duckdb.Error as error:
            raise PipelineError(f"query failed: {error}") from error
    pyarrow.parquet.write_table(table, target)
    return target


def _as_table(names: list[str], rows: list[tuple[Any, ...]]) -> str:
    console = plain_console(250)
    with console.capture() as capture:
        show(console, names, rows)
    return capture.get()
