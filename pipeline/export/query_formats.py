"""Results of queries as CSV, Markdown, JSON and workbook."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def _as_markdown(names: list[str], rows: list[tuple[Any, ...]]) -> str:
    def line(cells: list[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"

    body = [["—" if value is None else str(value) for value in row] for row in rows]
    return line(names) + line(["---"] * len(names)) + "".join(map(line, body))


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


def _write_xlsx(path: Path, names: list[str], rows: list[tuple[Any, ...]]) -> list[str]:
    """Write a query's rows as a workbook; returns what Excel cannot hold and how it was written."""
    from pipeline.export.workbook import Column, Workbook

    with Workbook(path, "query") as book:
        book.add("data", [Column(name) for name in names], rows)
    return book.told
