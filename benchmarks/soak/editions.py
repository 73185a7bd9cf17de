"""The rule of editions once more, in plain Python.

Which rows of a ledger a later edition no longer has.
"""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.oracles.truth import File, Row

# ledger -> what tells a row apart, and its day
KEYS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "activity": (("started_on", "name", "host"), "started_on"),
    "product": (("url", "day", "name", "account"), "day"),
    "training": (("started_on", "name"), "started_on"),
    "interview": (("held_on", "topic"), "held_on"),
    "live": (("started_at", "platform", "account_name"), "started_at"),
    "report": (("media", "url", "day", "title"), "day"),
    "incident": (("no", "found_at", "title"), "found_at"),
}  # fmt: skip
_HALF, _FIFTH, _MOST = 0.5, 0.2, 0.8


def gone_rows(files: list[File]) -> dict[tuple[int, int], tuple[int, bool]]:
    """Return (file, line) -> (file that lacks it, whether it is withdrawn).

    Files and lines count from 1 and 2.

    No person answers in the soak, and no two of its files are in doubt.
    """
    replaces: set[tuple[int, int]] = set()
    found: dict[tuple[int, int], tuple[int, bool]] = {}
    pairs = [
        (old, new)
        for old, new in combinations(enumerate(files, 1), 2)
        if _is_compared(old[1], new[1])
    ]
    for (earlier, old), (later, new) in sorted(pairs, key=lambda pair: (pair[1][0], -pair[0][0])):
        share = len(_keys(old) & _keys(new)) / len(_keys(old))
        chained = any(
            (earlier, n) in replaces and (m, later) in replaces and n <= m
            for n in range(earlier + 1, later)
            for m in range(n, later)
        )  # fmt: skip
        if share >= _HALF:
            replaces.add((earlier, later))
        if share >= _HALF or chained:
            for line, withdrawn in _lacking(old, new):
                known = found.get((earlier, line))
                if known is None or (withdrawn and not known[1]):
                    found[earlier, line] = later, withdrawn
    return found


def _is_compared(old: File, new: File) -> bool:
    if (old.source, old.kind) != (new.source, new.kind) or old.kind not in KEYS or not old.rows:
        return False
    return _plain(old.name) == _plain(new.name) or len(_keys(old) & _keys(new)) >= _MOST * len(
        _keys(old)
    )


def _plain(name: str) -> str:
    """Return a name without ending and dates: those that the soak gives its files."""
    return re.sub(r"\d{4}年\d{2}月|\d{4}|\.csv$|-", "", name)


def _keys(file: File) -> set[tuple[object, ...]]:
    return {key_of(file.kind, row) for row in file.rows}


def key_of(kind: str, row: Row) -> tuple[object, ...]:
    """Return what tells a row apart; an address is the same with other parameters behind it."""
    key = {name: row.get(name) for name in KEYS[kind][0]}
    if key.get("url"):
        key["url"] = str(key["url"]).partition("?")[0]
    return tuple(key.values())


def _day(file: File, row: Row) -> str:
    return str(row[KEYS[file.kind][1]])[:10]


def _lacking(old: File, new: File) -> list[tuple[int, bool]]:
    """Return lines of the old file that the new one lacks, and whether each is withdrawn."""
    here, days = _keys(new), sorted(_day(new, row) for row in new.rows)
    lines = [
        (line, _day(old, row))
        for line, row in enumerate(old.rows, 2)
        if key_of(old.kind, row) not in here
    ]
    before = sum(day < days[0] for _, day in lines) if days else 0
    after = sum(day > days[-1] for _, day in lines) if days else 0

    def is_block(rows: int) -> bool:
        return rows > 1 and rows > _FIFTH * len(old.rows)

    return [
        (line, not ((day < days[0] and is_block(before)) or (day > days[-1] and is_block(after))))
        for line, day in lines
    ]
