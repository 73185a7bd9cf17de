"""Results of queries as CSV, Markdown, JSON and workbook."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path


_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def _as_markdown(names: list[str], rows: list[tuple[Any, ...]]) -> str:
    def line(cells: list[str]) -> str:
        return (
            "| "
            + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells)
            + " |\n"
        )

    body = [["—" if value is None else str(value) for value in row] for row in rows]
    return line(names) + line(["---"] * len(names)) + "".join(map(line, body))


def write_csv(
    stream: TextIO,
    names: Sequence[str],
    rows: Iterable[tuple[Any, ...]],
    *,
    lineterminator: str = "\r\n",
) -> None:
    """Write names and rows as CSV in which nothing runs."""
    writer = csv.writer(stream, lineterminator=lineterminator)
    writer.writerow(names)
    writer.writerows([harmless(value) for value in row] for row in rows)


def harmless(value: Any) -> Any:  # noqa: ANN401 - any SQL value
    """Put an apostrophe before text that a spreadsheet would run as a formula.

    Numbers stay numbers.
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_SIGNS) else value


def write_lines(stream: TextIO, names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Write CSV with the line ends of a terminal."""
    write_csv(stream, names, rows, lineterminator="\n")


def write_json(stream: TextIO, names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Write one JSON array, an object a row, as the rows come."""
    opening = "["
    for row in rows:
        document = json.dumps(
            dict(zip(names, row, strict=True)), ensure_ascii=False, indent=1, default=str
        )
        stream.write(f"{opening}\n{document}")
        opening = ","
    stream.write("[]\n" if opening == "[" else "\n]\n")


STREAMED: dict[str, Callable[[TextIO, Sequence[str], Iterable[tuple[Any, ...]]], None]] = {
    "csv": write_lines,
    "json": write_json,
}


def _write_xlsx(path: Path, names: list[str], rows: list[tuple[Any, ...]]) -> list[str]:
    """Write a query's rows as a workbook; returns what Excel cannot hold and how it was written."""
    from pipeline.export.workbook import Column, Workbook

    with Workbook(path, "query") as book:
        book.add("data", [Column(name) for name in names], rows)
    return book.told
