"""Whether two engines gave the same tables: row by row over the grain, order left aside.

DOUBLE may differ by 1e-9 of the value (of 1, when it is smaller): sums are added in another order.
All else must be equal, NULL to NULL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from pipeline.warehouse.ddl import sql_literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pipeline.models.model import Model

TOLERANCE = 1e-9


def differences(one: Path, other: Path, models: Iterable[Model]) -> tuple[int, list[str]]:
    """Return how many rows were compared and, for each table that differs, what differs with an example."""
    rows, found = 0, []
    with duckdb.connect(config={"preserve_insertion_order": "false"}) as con:
        con.execute("set timezone = 'Asia/Shanghai'")
        for model in models:
            _open(con, "one", one, model)
            _open(con, "other", other, model)
            rows += _count(con, "select count(*) from one")
            found += [f"{model.table}: {what}" for what in _compare(con, model)]
    return rows, found


def _open(con: duckdb.DuckDBPyConnection, name: str, folder: Path, model: Model) -> None:
    files = folder / model.schema / model.name / "*.parquet"
    con.execute(
        f"create or replace temp view {name} as from read_parquet({sql_literal(str(files))})"
    )


def _compare(con: duckdb.DuckDBPyConnection, model: Model) -> Iterable[str]:
    kinds = {row[0]: row[1] for row in con.execute("describe one").fetchall()}
    others = {row[0]: row[1] for row in con.execute("describe other").fetchall()}
    if kinds != others:
        yield f"columns {sorted(set(kinds.items()) ^ set(others.items()))}"
        return
    join = " and ".join(f'a."{key}" is not distinct from b."{key}"' for key in model.grain)
    key = f'"{model.grain[0]}"'
    for side, pair in (
        ("one", "one as a anti join other as b"),
        ("other", "other as a anti join one as b"),
    ):
        alone = _count(con, f"select count(*) from {pair} on {join}")
        if alone:
            yield (
                f"{alone} row(s) only in {side}, e.g. "
                f"{con.execute(f'select a.* from {pair} on {join} limit 1').fetchall()}"
            )
    sizes = _count(con, "select count(*) from one"), _count(con, "select count(*) from other")
    if sizes[0] != sizes[1]:
        yield f"{sizes[0]} against {sizes[1]} rows"
    for column, kind in kinds.items():
        if column not in model.grain:
            yield from _column(
                con,
                f"from one as a join other as b on {join} where not {_equal(column, kind)}",
                column,
                key,
            )


def _column(con: duckdb.DuckDBPyConnection, query: str, column: str, key: str) -> Iterable[str]:
    count = _count(con, f"select count(*) {query}")
    if count:
        example = con.execute(
            f'select a.{key}, a."{column}", b."{column}" {query} limit 3'
        ).fetchall()
        yield f"{column} differs in {count} row(s), e.g. {example}"


def _equal(column: str, kind: str) -> str:
    a, b = f'a."{column}"', f'b."{column}"'
    same = f"{a} is not distinct from {b}"
    if kind != "DOUBLE":
        return f"({same})"
    return (
        f"({same} or coalesce(abs({a} - {b}) <= {TOLERANCE} * greatest(1, abs({a}), abs({b})), "
        "false))"
    )


def _count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    (count,) = con.execute(query).fetchone() or (0,)
    return int(count)
