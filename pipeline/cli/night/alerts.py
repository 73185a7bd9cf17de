"""Commands about alerts: `alerts list`, `alerts ack`."""

from __future__ import annotations

from typing import Annotated

import typer

alerts_app = typer.Typer(no_args_is_help=True, help="What needs a person: list it, acknowledge it.")


@alerts_app.command("list")
def alerts_list(context: typer.Context) -> None:
    """Show the alerts that are not closed, newest first."""
    from pipeline.cli.query import answer

    query = """
        select left(alert_id, 8) as id, state, opened_at::date as since, rule, subject, cause_zh,
            acknowledged_by, note
        from ops.alert where state <> 'closed' order by opened_at desc, rule, subject
    """
    answer(context.obj, query, "table", None)


@alerts_app.command("ack")
def alerts_ack(
    context: typer.Context,
    alert_id: Annotated[str, typer.Argument(help="As `alerts list` shows it.")],
    by: Annotated[str, typer.Option(help="Who knows of it.")],
    note: Annotated[str, typer.Option(help="What will be done.")] = "",
) -> None:
    """Note that a person knows of an alert; it closes by itself when its condition ends."""
    from pipeline.run.alerts import acknowledge

    typer.echo(f"acknowledged: {acknowledge(context.obj, alert_id, by, note)}")
