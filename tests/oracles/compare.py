"""Compare a whole mart with its oracle, row by row and cell by cell."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb


def plain(value: Any) -> Any:
    """One cell as plain Python: nothing known is None, a day is its ISO text, a number is a float."""
    if (
        value is None
        or value is pd.NA
        or value is pd.NaT
        or (isinstance(value, float) and math.isnan(value))
    ):
        return None
    if isinstance(value, pd.Timestamp):
        return (
            value.isoformat().removesuffix("T00:00:00")
            if value.tzinfo is None
            else value.tz_convert("Asia/Shanghai").isoformat()
        )
    if hasattr(value, "isoformat"):
        return plain(pd.Timestamp(value))
    if hasattr(value, "item"):
        value = value.item()
    return value if isinstance(value, bool | str) else float(value)


def as_rows(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return the rows as plain cells, in the order of their text."""
    return sorted(
        (tuple(plain(value) for value in row) for row in rows),
        key=lambda row: [str(value) for value in row],
    )


def differences(
    con: duckdb.DuckDBPyConnection,
    mart: str,
    oracle: pd.DataFrame,
    key: list[str],
    relation: str = "",
) -> list[str]:
    """Return what differs between the oracle's columns and the mart's (or a `relation` over it).

    Rows on one side only, and unequal cells.
    """
    columns = [*key, *(name for name in oracle.columns if name not in key)]
    found = as_rows(con.execute(f"select {', '.join(columns)} from {relation or mart}").fetchall())
    wanted = as_rows(oracle[columns].astype(object).itertuples(index=False, name=None))
    here, there = ({row[: len(key)]: row for row in rows} for rows in (found, wanted))
    problems = [
        f"{mart}: the key {key} does not tell rows apart"
        for rows, by in ((found, here), (wanted, there))
        if len(rows) != len(by)
    ]
    problems += [f"only in {mart}: {here[k]}" for k in here.keys() - there.keys()]
    problems += [f"only in the oracle: {there[k]}" for k in there.keys() - here.keys()]
    for k in here.keys() & there.keys():
        problems += [
            f"{mart} {k}: {name} is {mine!r}, the oracle says {its!r}"
            for name, mine, its in zip(columns, here[k], there[k], strict=True)
            if not same(mine, its)
        ]
    return sorted(problems)


def same(mine: Any, its: Any) -> bool:
    """Equal.

    Numbers to nine digits, and to what the pipeline's normal distribution is good for (7.5e-8).
    """
    if isinstance(mine, float) and isinstance(its, float):
        return math.isclose(mine, its, rel_tol=1e-9, abs_tol=1e-7)
    return bool(mine == its)
