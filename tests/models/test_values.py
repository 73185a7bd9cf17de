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
# an identifier may be anything, and an address knows its own ends
_WRAPPED_KINDS = [kind for kind in READERS if kind not in {"id", "address"}]
WRAPPED = [line for line in LINES if line[0] in _WRAPPED_KINDS]


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    """A connection with the macros."""
    connection = duckdb.connect()
    connection.execute("set timezone = 'Asia/Shanghai'")
    load_functions(connection, TRANSFORMS)
    return connection


def read(
    con: duckdb.DuckDBPyConnection, kind: str, given: list[tuple[str, str]]
) -> list[str | float | None]:
    """Return what the reader of a kind makes of (text, year), one by one; planned once for all."""
    con.execute("create or replace temp table given (place integer, text varchar, year integer)")
    lines = [(i, text, int(year) if year else None) for i, (text, year) in enumerate(given)]
    con.executemany("insert into given values (?, ?, ?)", lines)
    reader = READERS[kind].replace("$", "")
    found = con.execute(f"select {reader} from given order by place").fetchall()
    return [str(value).lower() if isinstance(value, bool) else value for (value,) in found]


@pytest.mark.parametrize("kind", READERS)
def test_the_grammar(con: duckdb.DuckDBPyConnection, kind: str) -> None:
    lines = [(text, year, value) for other, text, year, value in LINES if other == kind]
    found = read(con, kind, [(text, year) for text, year, _ in lines])
    wanted = [
        None if not value else pytest.approx(float(value)) if kind in _NUMBERS else value
        for _, _, value in lines
    ]
    texts = [text for text, _, _ in lines]
    assert dict(zip(texts, found, strict=True)) == dict(zip(texts, wanted, strict=True))
    assert found == wanted


@pytest.mark.parametrize("kind", _WRAPPED_KINDS)
def test_no_reader_accepts_a_prefix(con: duckdb.DuckDBPyConnection, kind: str) -> None:
    given = [
        (text + more, year)
        for other, text, year, _ in WRAPPED
        for more in ("（暂定）", "?", " x", "等", "；2", "-")
        if other == kind
    ]
    accepted = [
        (text, value)
        for (text, _), value in zip(given, read(con, kind, given), strict=True)
        if value is not None
    ]
    assert accepted == []


@pytest.mark.parametrize("kind", _WRAPPED_KINDS)
def test_blanks_around_change_nothing(con: duckdb.DuckDBPyConnection, kind: str) -> None:
    plain = [(text, year) for other, text, year, _ in WRAPPED if other == kind]
    wanted = read(con, kind, plain)
    for dress in ("  {}  ", "\t{}", "{}\u200b", "\u3000{}\n"):
        dressed = [(dress.format(text), year) for text, year in plain]
        assert read(con, kind, dressed) == wanted, dress
