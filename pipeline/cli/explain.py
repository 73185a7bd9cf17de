"""`pipeline explain TARGET_ID`: definition, arithmetic, and the files and rows behind a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.base.errors import ConfigError
from pipeline.cli.console import plain_console
from pipeline.cli.tables import show
from pipeline.warehouse.publish import open_published
from pipeline.warehouse.rows import fetch_dicts

if TYPE_CHECKING:
    import duckdb

    from pipeline.config.home import Home

_ROWS_SHOWN = 12

_TARGET = (
    "select name_zh, unit, as_of, definition_zh, verdict_zh, arithmetic_zh, note_zh "
    "from mart.target_progress"
)


def explain(home: Home, target_id: str, *, all_rows: bool) -> None:
    """Print one target's figure back to its files and rows; ConfigError names the known targets."""
    console = plain_console(160)
    with open_published(home) as con:
        figures = _one(con, f"{_TARGET} where target_id = ?", target_id)
        if figures is None:
            known = ", ".join(
                row[0]
                for row in con.execute("select target_id from mart.target_progress").fetchall()
            )
            raise ConfigError(f"no target {target_id!r}. Known: {known}.")
        console.print(f"{figures['name_zh']}（{figures['unit']}）  截至 {figures['as_of']}")
        console.print(f"口径：{figures['definition_zh']}")
        console.print(f"评语：{figures['verdict_zh']}")
        console.print(f"算式：{figures['arithmetic_zh']}")
        for line in _rest_of_year(con, target_id):
            console.print(line)
        console.print(f"说明：{figures['note_zh'] or '—'}")
        _print_files(con, console, target_id)
        _print_rows(con, console, target_id, None if all_rows else _ROWS_SHOWN)
        _print_corrections(con, console)


# SQL values
def _one(con: duckdb.DuckDBPyConnection, query: str, *values: Any) -> dict[str, Any] | None:  # noqa: ANN401
    return next(iter(fetch_dicts(con, query, list(values))), None)


def _number(value: float | None) -> str:
    return "无数据" if value is None else f"{value:,.4f}".rstrip("0").rstrip(".")


_FLOWS = """
    select f.flow, f.seasonal, f.steady, f.seasonal_weight, f.remaining
    from staging.flow_forecast as f
    join raw.plan_target as t on case t.method
        when 'flow' then f.flow = case when t.metric = 'reads' then 'reads' else t.target_id end
        when 'two_flows' then f.flow in ('new_followers', 'lost_followers') else false end
    where t.target_id = ? and f.remaining > 0 order by f.flow desc"""
_FLOW_ZH = {"new_followers": "新增关注", "lost_followers": "取消关注"}


def _rest_of_year(con: duckdb.DuckDBPyConnection, target_id: str) -> list[str]:
    """Return how the rest of the year was forecast (docs/forecasting.md step 5), one line a flow."""
    return [
        f"{_FLOW_ZH.get(flow, '')}余下推算 {_number(rest)}：上年同期、增长减半 "
        f"{_number(seasonal)}（份量 {_number(weight)}），"
        f"近期日均 × 余下天数 {_number(steady)}（其余份量），加权几何平均"
        for flow, seasonal, steady, weight, rest in con.execute(_FLOWS, [target_id]).fetchall()
    ]


# rich console
def _print_files(con: duckdb.DuckDBPyConnection, console: Any, target_id: str) -> None:  # noqa: ANN401
    query = """
        select source || '/' || original_name as file, left(sha256, 12) as sha256, rows_in_plan_year,
            rows_in_base_year, first_on as first_day, last_on as last_day
        from mart.target_evidence_by_file where target_id = ? order by first_day, file"""
    _print_table(con, console, "Files", query, target_id)


def _print_rows(
    con: duckdb.DuckDBPyConnection,
    console: Any,  # noqa: ANN401
    target_id: str,
    limit: int | None,
) -> None:
    query = f"""
        select date, title, value, original_name as file, sheet, row_number from mart.target_evidence
        where target_id = ? and in_plan_year
        order by date desc, file, row_number {f"limit {limit}" if limit else ""}"""
    title = "Rows" if limit is None else f"Rows (newest {limit}; --all for all)"
    _print_table(con, console, title, query, target_id)


# rich console
def _print_corrections(con: duckdb.DuckDBPyConnection, console: Any) -> None:  # noqa: ANN401
    query = """select table_name, row_key, column_name, found, value, outcome_zh, reason, corrected_by,
        corrected_on
        from mart.correction order by table_name, row_key, column_name"""
    _print_table(con, console, "Corrections in force (of all tables)", query)


def _print_table(
    con: duckdb.DuckDBPyConnection,
    console: Any,  # noqa: ANN401
    title: str,
    query: str,
    *values: str,
) -> None:
    cursor = con.execute(query, list(values))
    names, rows = [column[0] for column in cursor.description or []], cursor.fetchall()
    console.print(title if rows else f"{title}: none")
    if rows:
        show(console, names, rows)


def explain_command(
    context: typer.Context,
    target_id: Annotated[
        str,
        typer.Argument(
            metavar="TARGET_ID",
            help='As `sql "select target_id from mart.target_progress"` lists them.',
        ),
    ],
    all_rows: Annotated[
        bool, typer.Option("--all", help="Show every row behind the figure.")
    ] = False,
) -> None:
    """Walk from one target's figure to its arithmetic, files and rows."""
    explain(context.obj, target_id, all_rows=all_rows)
