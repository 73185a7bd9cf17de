"""Score forecasts against what the years became.

Errors, cover and half width are per cent of the year's total.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.warehouse.rows import fetch_dicts

if TYPE_CHECKING:
    import duckdb

SOURCE = "split_part(series, '__', 1)"  # series of one source are alike: average over sources
SCORES = """
    select {group} as label, count(*) as n,
        100 * avg(abs(r.forecast / r.actual_total - 1)) as error,
        100 * avg(abs(r.linear / r.actual_total - 1)) as linear_error,
        100 * median(abs(r.forecast / r.actual_total - 1)) as median_error,
        100 * median(abs(r.linear / r.actual_total - 1)) as linear_median_error,
        100.0 * count(*) filter (where r.actual_total between r.low and r.high) / count(*) as covered,
        100 * avg((r.high - r.low) / 2 / r.forecast) as half_width,
        avg(pow(r.chance_100 - (r.actual_total >= p.base_total)::int, 2)) as brier,
        avg(abs((r.linear >= p.base_total)::int - (r.actual_total >= p.base_total)::int)) as linear_brier
    from result as r join plan_year as p on p.flow = r.series and p.year = r.plan_year
    group by 1 order by {order}"""
COLUMNS = (
    ("mean error", "error", 1), ("linear", "linear_error", 1), ("median error", "median_error", 1),
    ("linear", "linear_median_error", 1),
    ("covered", "covered", 1), ("± half width", "half_width", 1), ("Brier at 1.0 ×", "brier", 3),
    ("linear", "linear_brier", 3),
)  # fmt: skip


def scores(con: duckdb.DuckDBPyConnection, group: str, order: str = "1") -> list[dict[str, Any]]:
    """Score `result` by an SQL expression over it."""
    return fetch_dicts(con, SCORES.format(group=group, order=order))


def mean_of(rows: list[dict[str, Any]], label: str) -> dict[str, Any]:
    """Return the plain mean of the rows: every source counts the same, however many series it has."""
    means = {name: sum(row[name] for row in rows) / len(rows) for _, name, _ in COLUMNS}
    return {"label": label, "n": sum(row["n"] for row in rows), **means}


def table(title: str, rows: list[dict[str, Any]]) -> list[str]:
    """Return a Markdown table of scores."""
    body = [
        f"| {row['label']} | {row['n']} | "
        + " | ".join(f"{row[name]:.{digits}f}" for _, name, digits in COLUMNS)
        + " |"
        for row in rows
    ]
    return [
        f"| {title} | n | {' | '.join(name for name, _, _ in COLUMNS)} |",
        "|---" * (len(COLUMNS) + 2) + "|",
        *body,
    ]
