"""Ask the published warehouse: `pipeline sql` and `pipeline shell`."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TextIO, TypeVar

import typer

from collectors.unreadable import shown
from pipeline.base.errors import PipelineError
from pipeline.cli.console import plain_console
from pipeline.cli.tables import show
from pipeline.export.query_formats import STREAMED, _as_markdown, _write_xlsx
from pipeline.warehouse.publish import SCHEMAS, open_published, time_limit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pipeline.config.home import Home

T = TypeVar("T")


MOST_ROWS = 10_000
MOST_SECONDS = 600.0
_AT_ONCE = 10_000  # rows fetched at a time: a long answer is streamed, not collected
_SHEET_ROWS = 1_048_575  # rows of a sheet below its head


class Limits(NamedTuple):
    """Limits of a query: rows shown, seconds taken."""

    rows: int = MOST_ROWS
    seconds: float = MOST_SECONDS


class Format(StrEnum):
    """Formats in which `sql` prints rows."""

    table = "table"
    csv = "csv"
    json = "json"
    xlsx = "xlsx"
    parquet = "parquet"
    markdown = "markdown"


def sql(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="One SELECT over mart, staging, raw or ops.")],
    output: Annotated[
        Format, typer.Option("--format", help="How to print the rows.")
    ] = Format.table,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Write to this file (xlsx, parquet: default <home>/output/query.<format>)."
        ),
    ] = None,
    rows: Annotated[
        int, typer.Option(min=1, help="Rows shown at most as table or markdown.")
    ] = MOST_ROWS,
    timeout: Annotated[
        float, typer.Option(min=0.1, help="Seconds the query may take.")
    ] = MOST_SECONDS,
) -> None:
    """Ask the published warehouse, read-only."""
    answer(context.obj, query, output, out, Limits(rows, timeout))


def shell(context: typer.Context) -> None:
    """Ask the published warehouse line by line; `.tables`, `.quit`."""
    shell_loop(context.obj)


# immutable
def answer(
    home: Home,
    query: str,
    output: str,
    out: Path | None,
    limits: Limits = Limits(),  # noqa: B008
) -> None:
    """Run one query and print it as table, csv, json or markdown, or write it as xlsx or parquet."""
    if output == "parquet":
        sys.stdout.write(
            f"{_write_parquet(home, query, out or home.output / 'query.parquet', limits)}\n"
        )
    elif output == "xlsx":
        target = out or home.output / "query.xlsx"
        target.parent.mkdir(parents=True, exist_ok=True)
        for line in _write_xlsx(
            target, *limited_rows(home, query, limits._replace(rows=_SHEET_ROWS))
        ):
            sys.stderr.write(f"{line}\n")
        sys.stdout.write(f"{target}\n")
    elif output in STREAMED:
        with _opened(out) as stream:
            write = STREAMED[output]
            _stream(
                home,
                query,
                limits,
                lambda names, rows: write(stream, names, rows if out else _harmless(rows)),
            )
    else:
        names, rows = limited_rows(home, query, limits)
        text = (
            _as_table(names, rows) if output == "table" else shown_lines(_as_markdown(names, rows))
        )
        with _opened(out) as stream:
            stream.write(text)


@contextmanager
def _opened(out: Path | None) -> Iterator[TextIO]:
    if out is None:
        yield sys.stdout
        return
    with out.open("w", encoding="utf-8", newline="") as stream:
        yield stream


def _harmless(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Show control signs in text as escapes: on a terminal they would steer it."""
    return (
        tuple(shown(value) if isinstance(value, str) else value for value in row) for row in rows
    )


def shown_lines(text: str) -> str:
    """Show control signs but line ends as escapes."""
    return "".join(f"{shown(line)}\n" for line in text.splitlines())


def limited_rows(
    home: Home,
    query: str,
    limits: Limits = Limits(),  # noqa: B008
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return column names and at most `limits.rows` rows.

    Standard error says what is cut off.
    """
    found: list[tuple[Any, ...]] = []

    def take(names: list[str], rows: Iterable[tuple[Any, ...]]) -> list[str]:
        found.extend(islice(rows, limits.rows + 1))
        return names

    names = _stream(home, query, limits, take)
    if len(found) > limits.rows:
        sys.stderr.write(
            f"only the first {limits.rows:,} rows; more with --rows, all with --format csv\n"
        )
    return names, found[: limits.rows]


def _stream(
    home: Home,
    query: str,
    limits: Limits,
    take: Callable[[list[str], Iterable[tuple[Any, ...]]], T],
) -> T:
    """Give column names and rows, as they come, to `take`.

    PipelineError carries DuckDB's words, which suggest near names.
    """
    import duckdb

    with open_published(home) as con:
        try:
            with time_limit(con, limits.seconds):
                cursor = con.execute(query)
                names = [column[0] for column in cursor.description or []]
                batches = iter(lambda: cursor.fetchmany(_AT_ONCE), [])
                return take(names, chain.from_iterable(batches))
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
            query = (
                "select schema_name, table_name, comment from duckdb_tables() where "
                f"schema_name in {SCHEMAS} order by all"
            )
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
    return [str(row[0]) for row in limited_rows(home, query)[1]]


def _write_parquet(home: Home, query: str, target: Path, limits: Limits) -> Path:
    """Write a query's rows with their types; the query itself still runs locked down."""
    import duckdb
    import pyarrow.parquet

    target.parent.mkdir(parents=True, exist_ok=True)
    with open_published(home) as con:
        try:
            with time_limit(con, limits.seconds):
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
