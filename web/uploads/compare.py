"""Compare a file's rows with what each account delivered before.

Which keys are known, which figures differ, whether levels continue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.ingest.raw_tables import label_of
from pipeline.ingest.validate import READERS
from pipeline.warehouse.ddl import sql_literal

if TYPE_CHECKING:
    from datetime import date

    import duckdb

    from collectors.layout import Column, Table
    from pipeline.config.home import Home

    Days = tuple[date | None, date | None]

_FIGURES = frozenset({"count", "net", "number", "rate", "percent", "seconds"})
_MOST_ROWS = 20_000
_MOST_CHANGES = 50
_LEVEL = "followers"  # a total that continues from day to day
_JUMP, _JUMP_LEAST, _JUMP_DAYS = 20, 200, 10


def compare(
    home: Home,
    con: duckdb.DuckDBPyConnection,
    tables: dict[str, Table],
    sources: list[str],
    days: Days,
) -> dict[str, Any]:
    """Return `matches`: for each source what agrees and what differs.

    And warnings about the file itself.
    """
    found: dict[str, Any] = {"matches": {source: _nothing() for source in sources}, "warnings": []}
    for name, table in tables.items():
        found["warnings"] += _jumps(con, name, table)
    if not home.warehouse.exists() or not sources:
        return found
    con.execute(f"attach {sql_literal(str(home.warehouse))} as warehouse (read_only)")
    for name, table in tables.items():
        _compare_keys(con, name, table, found["matches"])
        _compare_level(con, name, table, found["matches"], days)
    return found


def _nothing() -> dict[str, Any]:
    return {
        "known": 0,
        "same": 0,
        "new": 0,
        "changed": 0,
        "changes": [],
        "before": None,
        "after": None,
        "has_history": False,
    }


def _compare_keys(
    con: duckdb.DuckDBPyConnection, name: str, table: Table, matches: dict[str, Any]
) -> None:
    """Count for each source the keys that are known, and of these the rows whose figures are all the same."""
    there = _columns(con, name)
    if not there or not set(table.key) <= there:
        return
    figures = [
        column for column in table.columns if column.kind in _FIGURES and column.name in there
    ]
    query = f"""
        with fresh as (select {_keys(table)} as key, {_values(figures)} as figures from raw.{name}),
        counted as (select key, any_value(figures) as figures from fresh group by key),
        known as (
            select r.source, {_keys(table)} as key, {_values(figures)} as figures, r.load_seq
            from warehouse.raw.{name} as r
            join warehouse.ops.file as f on f.load_seq = r.load_seq and f.status = 'loaded'
            where r.source in (select unnest(?))
        ),
        newest as (select source, key, arg_max(figures, load_seq) as figures from known
            where key in (select key from counted) group by all)
        select n.source, c.key, n.figures as old, c.figures as new from newest as n
        join counted as c using (key)
        order by n.source, c.key limit {_MOST_ROWS}"""
    total = _one(con, f"select count(distinct {_keys(table)}) from raw.{name}")
    for source in _sources_with_history(con, name, list(matches)):
        matches[source]["has_history"] = True
    rows = con.execute(query, [list(matches)]).fetchall()
    labels = [label_of(column) for column in figures]
    known_before = {source: match["known"] for source, match in matches.items()}
    for source, key, old, new in rows:
        match = matches[source]
        match["known"] += 1
        differing = [
            index
            for index, (a, b) in enumerate(zip(old, new, strict=True))
            if a != b and b is not None
        ]
        match["same" if not differing else "changed"] += 1
        for index in differing[: max(0, _MOST_CHANGES - len(match["changes"]))]:
            match["changes"].append(
                {
                    "key": " ".join(filter(None, key)),
                    "column": labels[index],
                    "old": old[index],
                    "new": new[index],
                }
            )
    for source, match in matches.items():
        match["new"] += total - (match["known"] - known_before[source])


def _compare_level(
    con: duckdb.DuckDBPyConnection, name: str, table: Table, matches: dict[str, Any], days: Days
) -> None:
    """Note each source's levels next to the file's days, beside the file's own.

    They are its last level before the file's first day, and its first after the last.
    """
    there, (first, last) = _columns(con, name), days
    day = next(
        (
            column.name
            for column in table.columns
            if column.name in table.key and column.kind == "date"
        ),
        None,
    )
    if (
        first is None
        or day is None
        or _LEVEL not in there
        or _LEVEL not in {column.name for column in table.columns}
    ):
        return
    level, on = f'to_count("{_LEVEL}")', f'to_day("{day}", default_year)'
    begins, ends = con.execute(
        f"select arg_min({level}, {on}), arg_max({level}, {on}) from raw.{name}"
    ).fetchone() or (
        None,
        None,
    )
    rows = con.execute(
        f"""
        with known as (
            select r.source, {on} as on_day, {level} as level, r.load_seq from warehouse.raw.{name} as r
            join warehouse.ops.file as f on f.load_seq = r.load_seq and f.status = 'loaded'
            where r.source in (select unnest($sources))
        )
        select source, arg_max(level, on_day) filter (where on_day < $first),
            max(on_day) filter (where on_day < $first),
            arg_min(level, on_day) filter (where on_day > $last), min(on_day) filter (where on_day > $last)
        from known where level is not null group by source""",
        {"sources": list(matches), "first": first, "last": last},
    ).fetchall()
    for source, before, before_on, after, after_on in rows:
        if before is not None and begins:
            matches[source]["before"] = {
                "on": before_on,
                "level": before,
                "here": begins,
                "days": (first - before_on).days,
            }
        if after is not None and ends and last is not None:
            matches[source]["after"] = {
                "on": after_on,
                "level": after,
                "here": ends,
                "days": (after_on - last).days,
            }


def _jumps(con: duckdb.DuckDBPyConnection, name: str, table: Table) -> list[str]:
    """Return a sentence for each day whose net change is far out of the file's own order of magnitude."""
    day = next(
        (
            column.name
            for column in table.columns
            if column.name in table.key and column.kind == "date"
        ),
        None,
    )
    net = next((column for column in table.columns if column.kind == "net"), None)
    if day is None or net is None:
        return []
    rows = con.execute(
        f"""
        with value as (select to_day("{day}", default_year) as on_day, to_net("{net.name}") as net
            from raw.{name}),
        usual as (select median(abs(net)) as middle, count(net) as days from value)
        select on_day, net, round(abs(net) / nullif(middle, 0)) from value cross join usual
        where days >= {_JUMP_DAYS} and abs(net) >= {_JUMP_LEAST} and abs(net) > {_JUMP} * middle
        order by on_day limit 5"""
    ).fetchall()
    return [
        (
            f"{on.month}月{on.day}日{label_of(net)}{value:,}，"
            f"是这份文件日常水平的{int(times or 0)}倍。属实就照常提交；拿不准请先核对当天数字。"
        )
        for on, value, times in rows
    ]


def _keys(table: Table) -> str:
    kinds = {column.name: column.kind for column in table.columns}
    parts = (READERS[kinds[name]].format(f'"{name}"') for name in table.key)
    return f"[{', '.join(f'cast({part} as varchar)' for part in parts)}]"


def _values(figures: list[Column]) -> str:
    parts = (READERS[column.kind].format(f'"{column.name}"') for column in figures)
    return f"cast([{', '.join(f'cast({part} as varchar)' for part in parts)}] as varchar[])"


def _columns(con: duckdb.DuckDBPyConnection, name: str) -> set[str]:
    query = (
        "select column_name from duckdb_columns() where database_name = 'warehouse' and "
        "schema_name = 'raw' and table_name = ?"
    )
    return {row[0] for row in con.execute(query, [name]).fetchall()}


def _sources_with_history(
    con: duckdb.DuckDBPyConnection, name: str, sources: list[str]
) -> list[str]:
    query = f"select distinct source from warehouse.raw.{name} where source in (select unnest(?))"
    return [row[0] for row in con.execute(query, [sources]).fetchall()]


def _one(con: duckdb.DuckDBPyConnection, query: str) -> int:
    return int((con.execute(query).fetchone() or (0,))[0])
