"""Macros of a connection: all at once, or each once some SQL names it.

Binding all of them takes a fourteenth of a quiet night, which needs one in six.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

_BEGIN = re.compile(r"^(?=create or replace temp macro (\w+))", re.MULTILINE)
_CALL = re.compile(r"\b(\w+)\s*\(")
_ALL = "all_macros"  # a variable of the connection: whether all of them are there


def define_all(con: duckdb.DuckDBPyConnection, text: str) -> None:
    """Define every macro of the text, in which each may use those before it."""
    con.execute(text)
    con.execute(f"set variable {_ALL} = true")


class Macros:
    """The macros of a text that a connection needs."""

    def __init__(self, con: duckdb.DuckDBPyConnection, text: str) -> None:
        self._con = con
        self._missing = {} if _has_all(con) else dict(_parted(text))

    def need(self, sql: str) -> None:
        """Define the macros that the SQL names, and those that these name, unless they are there."""
        if not self._missing:
            return
        named = {called.lower() for called in _CALL.findall(sql)} & self._missing.keys()
        for name in sorted(named):
            if definition := self._missing.pop(name, None):
                self.need(definition)
                self._con.execute(definition)


def _has_all(con: duckdb.DuckDBPyConnection) -> bool:
    (found,) = con.execute(f"select getvariable('{_ALL}')").fetchone() or (None,)
    return bool(found)


def _parted(text: str) -> list[tuple[str, str]]:
    begins = [(begin.start(), begin[1]) for begin in _BEGIN.finditer(text)]
    ends = [(len(text), "")]
    return [(name, text[start:end]) for (start, name), (end, _) in pairwise(begins + ends)]
