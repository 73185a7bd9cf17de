"""The grammar of values: every line of docs/values.csv is read as it says.

An empty value is set aside, never guessed.
"""

from __future__ import annotations

import csv

import duckdb
import pytest

from pipeline.config.checkout import TRANSFORMS
from pipeline.models.build import load_functions
from tests.support.homes import CHECKOUT

READERS = {
    "day": "cast(to_day($text, $year) as varchar)",
    "moment": "cast(to_moment($text, $year) as varchar)",
    "range": (
        "cast(to_range_start($text, $year) as varchar) || coalesce('..' || "
        "cast(to_range_end($text, $year) as varchar), '')"
    ),
    "month": "cast(to_month($text, $year) as varchar)",
    "count": "to_count($text)",
    "net": "to_net($text)",
    "rate": "to_rate($text)",
    "seconds": "to_duration($text)",
    "span": "to_span($text)",
    "bool": "to_bool($text)",
    "id": "to_id($text)",
    "address": "canonical_url($text)",
}
_NUMBERS = {"count", "net", "rate", "seconds", "span"}
with (CHECKOUT / "docs" / "values.csv").open(encoding="utf-8", newline="") as file:
    LINES = [(row["kind"], row["text"], row["year"], row["value"]) for row in csv.DictReader(file)]
WRAPPED = [line for line in LINES if line[0] != "address"]


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    """A connection with the macros."""
    connection = duckdb.connect()
    connection.execute("set timezone = 'Asia/Shanghai'")
    load_functions(connection, TRANSFORMS)
    return connection


def read(con: duckdb.DuckDBPyConnection, kind: str, text: str, year: str) -> str | float | None:
    given = {"text": text} | (
        {"year": int(year) if year else None} if "$year" in READERS[kind] else {}
    )
    (found,) = con.execute(f"select {READERS[kind]}", given).fetchone() or (None,)
    return str(found).lower() if isinstance(found, bool) else found


@pytest.mark.parametrize(("kind", "text", "year", "value"), LINES)
def test_the_grammar(
    con: duckdb.DuckDBPyConnection, kind: str, text: str, year: str, value: str
) -> None:
    wanted = None if not value else pytest.approx(float(value)) if kind in _NUMBERS else value
    assert read(con, kind, text, year) == wanted


@pytest.mark.parametrize("kind", [kind for kind in READERS if kind != "id"])
def test_no_reader_accepts_a_prefix(con: duckdb.DuckDBPyConnection, kind: str) -> None:
    for _, text, year, _ in (line for line in WRAPPED if line[0] == kind):
        for more in ("（暂定）", "?", " x", "等", "；2", "-"):
            assert read(con, kind, text + more, year) is None, text + more


@pytest.mark.parametrize("kind", READERS)
def test_blanks_around_change_nothing(con: duckdb.DuckDBPyConnection, kind: str) -> None:
    for _, text, year, _ in (line for line in WRAPPED if line[0] == kind):
        for dress in ("  {}  ", "\t{}", "{}\u200b", "\u3000{}\n"):
            assert kind == "id" or read(con, kind, dress.format(text), year) == read(
                con, kind, text, year
            ), text
