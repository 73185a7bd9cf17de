"""Compare a file's rows with what each account delivered before.

Which keys are known, which figures differ, whether levels continue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb

from pipeline.ingest.raw_tables import label_of
from pipeline.warehouse.ddl import sql_literal

if TYPE_CHECKING:
    from collectors.layout import Column
    from pipeline.config.home import Home
    from web.uploads.values import Days, Values

WAREHOUSE = "warehouse"  # the published one, while a file is compared with it
_MOST_ROWS = 20_000
_MOST_CHANGES = 50
_LEVEL = "followers"  # a total that continues from day to day


def compare(
    home: Home,
    con: duckdb.DuckDBPyConnection,
    blocks: list[Values],
    sources: list[str],
    days: Days,
) -> dict[str, Any]:
    """Return for each source that delivered such rows before what agrees and what differs."""
    found = {source: _nothing() for source in sources}
    if not home.warehouse.exists() or not sources:
        return {}
    con.execute(f"attach {sql_literal(str(home.warehouse))} as {WAREHOUSE} (read_only)")
    for values in blocks:
        there = _columns(con, values)
        if set(values.table.key) <= there:
            history = _with_history(con, values, found)
            _compare_keys(con, values, found, history, there)
            _compare_level(con, values, history, days, there)
    return {source: match for source, match in found.items() if match["has_history"]}


def _nothing() -> dict[str, Any]:
    return {
        "known": 0, "same": 0, "new": 0, "changed": 0, "changes": [], "before": None,
        "after": None, "has_history": False,
    }  # fmt: skip


def _columns(con: duckdb.DuckDBPyConnection, values: Values) -> set[str]:
    """Return the columns of the warehouse's table, none when it has no such table."""
    try:
        cursor = con.execute(f"from {WAREHOUSE}.raw.{values.table.table} limit 0")
    except duckdb.CatalogException:
        return set()
    return {column[0] for column in cursor.description or []}


def _with_history(
    con: duckdb.DuckDBPyConnection, values: Values, matches: dict[str, Any]
) -> dict[str, Any]:
    """Return the matches of the sources that delivered such rows before, and note it."""
    query = (
        f"select distinct source from {WAREHOUSE}.raw.{values.table.table} "
        "where source in (select unnest(?))"
    )
    rows = con.execute(query, [list(matches)]).fetchall()
    history = {source: matches[source] for (source,) in rows}
    for match in history.values():
        match["has_history"] = True
    return history


def _known(values: Values, figures: list[Column]) -> str:
    """Return SQL that reads what $sources delivered before and counts."""
    counts = f"load_seq in (select load_seq from {WAREHOUSE}.ops.file where status = 'loaded')"
    table = f"{WAREHOUSE}.raw.{values.table.table}"
    where = f"source in (select unnest($sources)) and {counts}"
    return values.select(f"{table} where {where}", figures, "source", "load_seq")


def _compare_keys(
    con: duckdb.DuckDBPyConnection,
    values: Values,
    matches: dict[str, Any],
    history: dict[str, Any],
    there: set[str],
) -> None:
    """Count for each source the keys that are known, and of these the rows whose figures are all the same."""
    query = f"select count(distinct {values.key}) from {values.place}"
    (total,) = con.execute(query).fetchone() or (0,)
    for match in matches.values():
        match["new"] += total
    if not history:
        return
    figures = [column for column in values.figures if column.name in there]
    row = f"{values.key} as key, {values.of(figures)} as figures"
    query = f"""
        with fresh as (
            select key, any_value(figures) as figures from (select {row} from {values.place}) group by key
        ),
        known as (select source, load_seq, {row} from ({_known(values, figures)})),
        newest as (
            select source, key, arg_max(figures, load_seq) as figures from known
            where key in (select key from fresh) group by all
        )
        select n.source, f.key, n.figures as old, f.figures as new
        from newest as n join fresh as f using (key) order by n.source, f.key limit {_MOST_ROWS}"""
    labels = [label_of(column) for column in figures]
    for source, key, old, new in con.execute(query, {"sources": list(history)}).fetchall():
        _count(history[source], " ".join(filter(None, key)), labels, old, new)


def _count(
    match: dict[str, Any], key: str, labels: list[str], old: list[str], new: list[str]
) -> None:
    """Count a known key as the same or changed, and note which figures differ."""
    pairs = zip(labels, old, new, strict=True)
    changes = [
        {"key": key, "column": label, "old": before, "new": now}
        for label, before, now in pairs
        if now is not None and before != now
    ]
    match["known"] += 1
    match["new"] -= 1
    match["changed" if changes else "same"] += 1
    match["changes"] += changes[: max(0, _MOST_CHANGES - len(match["changes"]))]


def _compare_level(
    con: duckdb.DuckDBPyConnection,
    values: Values,
    history: dict[str, Any],
    days: Days,
    there: set[str],
) -> None:
    """Note each source's levels next to the file's days, beside the file's own.

    They are its last level before the file's first day, and its first after the last.
    """
    first, last = days
    level = [column for column in values.figures if column.name == _LEVEL and _LEVEL in there]
    if first is None or last is None or not level or not values.is_daily or not history:
        return
    query = f"select arg_min({_LEVEL}, on_day), arg_max({_LEVEL}, on_day) from {values.place}"
    begins, ends = con.execute(query).fetchone() or (None, None)
    query = f"""
        select source,
            arg_max({_LEVEL}, on_day) filter (on_day < $first), max(on_day) filter (on_day < $first),
            arg_min({_LEVEL}, on_day) filter (on_day > $last), min(on_day) filter (on_day > $last)
        from ({_known(values, level)}) where {_LEVEL} is not null group by source"""
    given = {"sources": list(history), "first": first, "last": last}
    for source, before, before_on, after, after_on in con.execute(query, given).fetchall():
        if before is not None and begins:
            history[source]["before"] = {
                "on": before_on, "level": before, "here": begins, "days": (first - before_on).days,
            }  # fmt: skip
        if after is not None and ends:
            history[source]["after"] = {
                "on": after_on, "level": after, "here": ends, "days": (after_on - last).days,
            }  # fmt: skip
