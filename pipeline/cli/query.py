"""Ask the published warehouse: `pipeline sql` and `pipeline shell`."""

from __future__ import annotations

import csv
import io
import json
import sys
from typing import TYPE_CHECKING, Any, TextIO

from pipeline.base.errors import PipelineError
from pipeline.cli.console import cell, plain_console
from pipeline.warehouse.publish import SCHEMAS, open_published

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from pipeline.config.settings import Home

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def answer(home: Home, query: str, output: str, out: Path | None) -> None:
    """Run one query and print it as table, csv, json or markdown, or write it as xlsx or parquet."""
    if output == "parquet":
        sys.stdout.write(f"{_write_parquet(home, query, out or home.output / 'query.parquet')}\n")
        return
    names, rows = fetch(home, query)
    if output == "xlsx":
        target = out or home.output / "query.xlsx"
        target.parent.mkdir(parents=True, exist_ok=True)
        _write_xlsx(target, names, rows)
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


def _as_markdown(names: list[str], rows: list[tuple[Any, ...]]) -> str:
    def line(cells: list[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"

    body = [["—" if value is None else str(value) for value in row] for row in rows]
    return line(names) + line(["---"] * len(names)) + "".join(map(line, body))


def _as_table(names: list[str], rows: list[tuple[Any, ...]]) -> str:
    from rich.table import Table

    table = Table(*names)
    for row in rows:
        table.add_row(*map(cell, row))
    console = plain_console(250)
    with console.capture() as capture:
        console.print(table)
    return capture.get()


def _as_csv(names: list[str], rows: list[tuple[Any, ...]]) -> str:
    buffer = io.StringIO()
    write_csv(buffer, names, rows, lineterminator="\n")
    return buffer.getvalue()


def write_csv(
    stream: TextIO, names: Sequence[str], rows: Iterable[tuple[Any, ...]], *, lineterminator: str = "\r\n"
) -> None:
    """Write names and rows as CSV in which nothing runs."""
    writer = csv.writer(stream, lineterminator=lineterminator)
    writer.writerow(names)
    writer.writerows([harmless(value) for value in row] for row in rows)


def harmless(value: Any) -> Any:  # noqa: ANN401 - any SQL value
    """Put an apostrophe before text that a spreadsheet would run as a formula; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_SIGNS) else value


def _as_json(names: list[str], rows: list[tuple[Any, ...]]) -> str:
    return (
        json.dumps([dict(zip(names, row, strict=True)) for row in rows], ensure_ascii=False, indent=1, default=str)
        + "\n"
    )


def _write_xlsx(path: Path, names: list[str], rows: list[tuple[Any, ...]]) -> None:
    import xlsxwriter

    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "remove_timezone": True,
        "default_date_format": "yyyy-mm-dd",
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("data")
        sheet.write_row(0, 0, names)
        for number, row in enumerate(rows, 1):
            sheet.write_row(
                number,
                0,
                [value if isinstance(value, (int, float, str, type(None))) else str(value) for value in row],
            )
