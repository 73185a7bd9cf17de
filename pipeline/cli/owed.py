"""`pipeline owed`: which export or ledger is still missing, for whom, which days, until when.

零报告.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.base.errors import ConfigError

if TYPE_CHECKING:
    from pipeline.config.home import Home

STATES = {
    "owed": "应交",
    "due_soon": "将到期",
    "late": "已过期",
    "lost": "平台已查不到",
    "partial": "部分待改",
}
_ROWS = """
    select owner_kind, owner, owner_zh, unit, export, export_zh, period, first_on, last_on, days_missing,
        due_on, lost_on, state, how_zh
    from mart.owed where $unit is null or unit = $unit or owner = $unit
    order by state = 'lost', due_on, owner_kind, owner, export, period"""


def owed(
    context: typer.Context,
    unit: Annotated[
        str | None, typer.Option(help="Only this unit's own and its accounts' (or one account's).")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the rows of mart.owed as JSON.")
    ] = False,
    none: Annotated[
        str | None,
        typer.Option(
            metavar="OWNER|EXPORT|PERIOD", help="Note that there is nothing to hand in (零报告)."
        ),
    ] = None,
    by: Annotated[str, typer.Option(help="With --none: who says so.")] = "",
) -> None:
    """Show which export or ledger is still missing: for whom, which days, until when."""
    from pipeline.cli.console import print_json

    home: Home = context.obj
    if none is not None:
        _note_none(home, none, by)
        return
    rows = _rows(home, unit)
    if as_json:
        print_json(
            [
                {name: str(v) if hasattr(v, "isoformat") else v for name, v in row.items()}
                for row in rows
            ]
        )
    else:
        _print(rows)


def _note_none(home: Home, none: str, by: str) -> None:
    from pipeline.run.owed import report_none

    parts = none.split("|")
    if len(parts) != 3 or not by:  # noqa: PLR2004 - owner, export, period
        raise ConfigError(
            "零报告写成 --none '单位|ledger_activity|2023-10' --by 姓名 / give "
            "OWNER|EXPORT|PERIOD and --by."
        )
    report_none(home, *parts, by=by)
    typer.echo(f"零报告：{none}，今晚入库后生效 / noted, in force from the next night")


def _rows(home: Home, unit: str | None) -> list[dict[str, Any]]:
    from pipeline.warehouse.publish import open_published
    from pipeline.warehouse.rows import fetch_dicts

    with open_published(home) as con:
        return fetch_dicts(con, _ROWS, {"unit": unit})


def _print(rows: list[dict[str, Any]]) -> None:
    from rich.table import Table

    from pipeline.cli.console import cell, plain_console

    console = plain_console(160)
    table = Table(
        "单位或账号",
        "数据",
        "期间",
        "缺",
        "天数",
        "应交日",
        "平台保留至",
        "状态",
        title="应报未报",
        title_justify="left",
    )
    for row in rows:
        days = (
            str(row["first_on"])
            if row["first_on"] == row["last_on"]
            else f"{row['first_on']} 至 {row['last_on']}"
        )
        table.add_row(
            *map(
                cell,
                (
                    row["owner_zh"], row["export_zh"], row["period"], days, row["days_missing"],
                    row["due_on"], row["lost_on"], STATES[row["state"]],
                ),
            )
        )  # fmt: skip
    console.print(table if rows else "应报的都已交齐")
