"""No pattern explodes.

Each regular expression of the Python code meets long texts that almost match, in a process with a
bound.

Those of SQL and of layouts too: DuckDB's own engine, RE2, takes time in proportion to the text by
design, Spark's is Java's, which explodes as Python's does.
"""

from __future__ import annotations

import multiprocessing
import re
import signal

import duckdb
import pytest

from collectors.read.encoding import decode
from pipeline.config.checkout import LAYOUT_FOLDER, TRANSFORMS
from tests.support.homes import CHECKOUT
from tests.support.patterns import bad_inputs, layout_patterns, patterns, sql_patterns, use

LENGTH = 10_000
CELL = 2_000  # a pattern of SQL is tried with shorter ones: no cell is a page
# of the processor, for one text: a linear pattern takes milliseconds, one that grows with the
# square of the length a second
SECONDS = 4.0


Tried = tuple[str | bytes, int, list[str]]  # a pattern, its flags, the methods it is used with


def _try(some: list[Tried], length: int, seconds: float) -> None:
    for pattern, flags, methods in some:
        compiled = re.compile(pattern, flags)
        for text in bad_inputs(pattern, flags, length):
            for method in methods:
                signal.setitimer(signal.ITIMER_VIRTUAL, seconds)  # its signal ends the process
                use(compiled, method, text)
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _explode(some: list[Tried], length: int, seconds: float = SECONDS) -> bool:
    child = multiprocessing.get_context("fork").Process(target=_try, args=(some, length, seconds))
    child.start()
    child.join()
    return child.exitcode != 0


def _exploding(some: list[Tried], length: int) -> list[Tried]:
    """Return those that explode: all in one process, one by one only when some do."""
    return [one for one in some if _explode([one], length)] if _explode(some, length) else []


def test_no_pattern_of_the_code_explodes() -> None:
    found = list(patterns(CHECKOUT))
    assert len(found) > 100
    assert _exploding([(pattern, flags, uses) for _, pattern, flags, uses in found], LENGTH) == []


def test_no_pattern_of_the_sql_or_of_a_layout_explodes() -> None:
    found = {*sql_patterns(TRANSFORMS), *layout_patterns(LAYOUT_FOLDER)}
    assert len(found) > 100
    assert len(list(layout_patterns(LAYOUT_FOLDER))) > 0
    assert _exploding([(pattern, 0, ["search"]) for _, pattern in sorted(found)], CELL) == []


def test_duckdb_takes_time_in_proportion_to_the_text() -> None:
    """Thirty letters take Python 2^30 steps, a million of them DuckDB a moment."""
    text = "a" * 1_000_000
    with duckdb.connect() as con:
        found = con.execute("select regexp_matches(?, '(a+)+b')", [text]).fetchall()
    assert found == [(False,)]


@pytest.mark.parametrize(
    ("pattern", "is_bad"),
    [
        (r"(a+)+b", True),
        (r"(?:a|aa)+b", True),
        (r"\s*<rss", True),
        (r"(\w+\s?)*$", True),
        (r"^a+b", False),
        (r"\d{4}年", False),
    ],
)
def test_the_test_itself_knows_bad_ones(pattern: str, is_bad: bool) -> None:
    assert _explode([(pattern, 0, ["search"])], 120_000, seconds=0.3) == is_bad


def test_comments_before_a_page_are_read_in_time_in_proportion_to_them() -> None:
    """Thirty of them took 2^30 steps: each may end at its own mark or at a later one's."""
    assert decode(b"<!--a-->" * 2_000 + b"<html>") == ("<!--a-->" * 2_000 + "<html>", "utf-8")
    assert decode(b"<!-- a - b -->\n<!---->\xef\xbb\xbfx")[0] == "<!-- a - b -->\n<!---->x"
