"""Window frames that Spark does not have: without the current row, and quantiles over an ordered frame.

Spark allows `median` and `percentile` over whole partitions only. Over a frame, its values are collected and sorted, the current
row's own value is taken out where the frame excludes it, and the quantile is interpolated as DuckDB's quantile_cont does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from pipeline.spark.patterns import UntranslatableError

if TYPE_CHECKING:
    from sqlglot.generator import Generator


def quantile_over_frame(generator: Generator, window: exp.Window) -> str | None:
    """Return SQL for a window that needs more than Spark's OVER; None for the others."""
    spec = _frame(window)
    if spec is None or window.arg_key == "windows":  # the definition of a named window is no call
        return None
    function, over = window.this, _over(generator, window)
    excluding = bool(spec.args.get("exclude"))
    value = generator.sql(function, "this")
    if isinstance(function, exp.Median):
        return _quantile(value, "0.5", over, excluding=excluding)
    if isinstance(function, exp.PercentileCont):
        return _quantile(value, generator.sql(function, "expression"), over, excluding=excluding)
    if isinstance(function, exp.Count) and excluding:
        return f"(COUNT({value}) OVER {over} - IF({value} IS NULL, 0, 1))"
    if excluding:
        raise UntranslatableError(f"{function.sql('duckdb')} over a frame without the current row is not translated")
    return None


def _quantile(value: str, share: str, over: str, *, excluding: bool) -> str:
    frame = f"SORT_ARRAY(COLLECT_LIST({value}) OVER {over})"
    if excluding:
        place = f"CAST(ARRAY_POSITION(f, {value}) AS INT)"
        rest = f"CONCAT(SLICE(f, 1, {place} - 1), SLICE(f, {place} + 1, SIZE(f)))"
        frame = f"GET(TRANSFORM(ARRAY({frame}), f -> IF({value} IS NULL, f, {rest})), 0)"
    rank = f"(GREATEST(SIZE(f) - 1, 0) * CAST({share} AS DOUBLE))"
    low, high = (f"GET(f, CAST({side}({rank}) AS INT))" for side in ("FLOOR", "CEIL"))
    return f"GET(TRANSFORM(ARRAY({frame}), f -> {low} + ({rank} - FLOOR({rank})) * ({high} - {low})), 0)"


def _frame(window: exp.Window) -> exp.WindowSpec | None:
    """Return the frame that a window names or spells out."""
    spec = window.args.get("spec")
    name = window.args.get("alias")
    if spec is None and name is not None:
        select = window.find_ancestor(exp.Select)
        named = [one for one in (select.args.get("windows") or [] if select else []) if one.name == name.name]
        spec = named[0].args.get("spec") if named else None
    return spec if isinstance(spec, exp.WindowSpec) else None


def _over(generator: Generator, window: exp.Window) -> str:
    """Return what stands behind OVER."""
    bare = window.copy()
    bare.set("this", exp.RowNumber())
    return super(type(generator), generator).window_sql(bare).removeprefix("ROW_NUMBER() OVER ")
