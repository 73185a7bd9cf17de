"""No pattern explodes.

Each regular expression of the Python code meets long texts that almost match, in a process with a
bound.

Patterns in SQL (regexp_*) are DuckDB's own engine, RE2, which takes time in proportion to the text
by design.
"""

from __future__ import annotations

import multiprocessing
import re
import signal

import pytest

from collectors.read.encoding import decode
from tests.support.homes import CHECKOUT
from tests.support.patterns import bad_inputs, patterns, use

LENGTH = 20_000
SECONDS = 2.0  # of the processor, for one text: a linear pattern takes milliseconds


def _try(pattern: str | bytes, flags: int, methods: list[str], length: int) -> None:
    compiled = re.compile(pattern, flags)
    for text in bad_inputs(pattern, flags, length):
        for method in methods:
            signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)  # its signal ends the process
            use(compiled, method, text)
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _explodes(pattern: str | bytes, flags: int, methods: list[str], length: int = LENGTH) -> bool:
    child = multiprocessing.get_context("fork").Process(
        target=_try, args=(pattern, flags, methods, length)
    )
    child.start()
    child.join()
    return child.exitcode != 0


def test_no_pattern_of_the_code_explodes() -> None:
    found = list(patterns(CHECKOUT))
    assert len(found) > 100
    assert [(one[0], one[1]) for one in found if _explodes(*one[1:])] == []


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
    assert _explodes(pattern, 0, ["search"], 60_000) == is_bad


def test_comments_before_a_page_are_read_in_time_in_proportion_to_them() -> None:
    """Thirty of them took 2^30 steps: each may end at its own mark or at a later one's."""
    assert decode(b"<!--a-->" * 2_000 + b"<html>") == ("<!--a-->" * 2_000 + "<html>", "utf-8")
    assert decode(b"<!-- a - b -->\n<!---->\xef\xbb\xbfx")[0] == "<!-- a - b -->\n<!---->x"
