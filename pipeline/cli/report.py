"""Commands that write and mail reports: `report …` and `mail …`.

Exit codes: 0 done, 1 not sent because the gate found a fault, or failed, 2 usage, 3 some recipients
were not reached.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from collectors.unreadable import shown
from pipeline.base.errors import ConfigError

if TYPE_CHECKING:
    from pipeline.config.home import Home
    from reports.period import Period
    from reports.send_report import Outcome

_YEAR_REVIEWED_UNTIL = (3, 1)  # until then the year to review is the last one

report_app = typer.Typer(
    no_args_is_help=True, help="Write reports from the published warehouse, and mail them."
)
mail_app = typer.Typer(no_args_is_help=True, help="Look after the outbox.")

Send = Annotated[bool, typer.Option("--send", help="Mail it to [mail] to; a report is sent once.")]
Revise = Annotated[
    bool, typer.Option("--revise", help="With --send: mail it again as a correction.")
]


@report_app.command("weekly")
def report_weekly(
    context: typer.Context,
    week: Annotated[
        str | None, typer.Option(help="ISO week, e.g. 2023-W23 (default: the last whole week).")
    ] = None,
    send: Send = False,
    revise: Revise = False,
) -> None:
    """Write output/weekly/<week>/ (index.html, charts, mail.eml, data.xlsx); --send mails it, once."""
    _report(context.obj, "weekly", week, send=send, revise=revise)


@report_app.command("monthly")
def report_monthly(
    context: typer.Context,
    month: Annotated[
        str | None, typer.Option(help="Month, e.g. 2023-06 (default: the last whole month).")
    ] = None,
    send: Send = False,
    revise: Revise = False,
) -> None:
    """Write output/monthly/<month>/, with report.docx for the office to edit.

    --send mails it, once.
    """
    _report(context.obj, "monthly", month, send=send, revise=revise)


@report_app.command("yearend")
def report_yearend(
    context: typer.Context,
    year: Annotated[str | None, typer.Option(help="Year (default: the plan's).")] = None,
    send: Send = False,
    revise: Revise = False,
) -> None:
    """Write output/yearend/<year>/: the year's review (成果展示), with report.docx.

    --send mails it, once.
    """
    _report(context.obj, "yearend", year, send=send, revise=revise)


@report_app.command("note")
def report_note(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="What a person has to say, in one paragraph.")],
    week: Annotated[
        str | None, typer.Option(help="ISO week (default: the last whole week).")
    ] = None,
    month: Annotated[str | None, typer.Option(help="Month, for the monthly report.")] = None,
    year: Annotated[str | None, typer.Option(help="Year, for the year-end review.")] = None,
    by: Annotated[str, typer.Option(help="Who says it.")] = "",
) -> None:
    """Add a person's commentary to a report; it is shown beside the generated text."""
    from reports.notes import add_note

    given = [
        (kind, value)
        for kind, value in (("weekly", week), ("monthly", month), ("yearend", year))
        if value
    ]
    if len(given) > 1:
        raise ConfigError("give one of --week, --month and --year.")
    kind, value = given[0] if given else ("weekly", None)
    typer.echo(str(add_note(context.obj, _period(context.obj, kind, value), text, by)))


@report_app.command("alerts")
def report_alerts(context: typer.Context, send: Send = False) -> None:
    """Show what is new since the last mail to operators (failed run, alerts).

    --send mails it to [mail] operators, once.
    """
    from reports.operator_mail import tell_operators

    for line in tell_operators(context.obj, send=send):
        typer.echo(line)


@report_app.command("scoreboard")
def report_scoreboard(context: typer.Context) -> None:
    """Write output/scoreboard.html: one self-contained page."""
    from reports.output.scoreboard import publish_scoreboard

    path, faults = publish_scoreboard(context.obj)
    for fault in faults:
        typer.echo(fault, err=True)
    typer.echo(str(path))


@mail_app.command("list")
def mail_list(context: typer.Context) -> None:
    """Show every mail's state."""
    from pipeline.mail.outbox import listing

    for line in map(shown, listing(context.obj)):
        typer.echo(line)


@mail_app.command("flush")
def mail_flush(context: typer.Context) -> None:
    """Send the queued mails whose time has come."""
    from pipeline.mail.send import flush

    states = flush(context.obj)
    for message_id, state in states.items():
        typer.echo(f"{state}  {message_id}")
    raise typer.Exit(0 if all(state == "sent" for state in states.values()) else 3)


@mail_app.command("resend")
def mail_resend(
    context: typer.Context,
    message_id: Annotated[str, typer.Argument(help="As `mail list` shows it.")],
) -> None:
    """Queue an unknown or failed mail again, with the same Message-ID, on your word."""
    from pipeline.mail.outbox import on_outbox

    on_outbox(context.obj, lambda box: box.resend(message_id))
    typer.echo(f"queued again: {message_id}; `mail flush` sends it")


@mail_app.command("bounced")
def mail_bounced(
    context: typer.Context,
    recipient: Annotated[str, typer.Argument(help="Address whose mail came back.")],
    reason: Annotated[str, typer.Option(help="What the bounce said.")] = "",
    clear: Annotated[bool, typer.Option("--clear", help="Forget this address's bounces.")] = False,
) -> None:
    """Note a mail that came back; after two, nothing more is sent there until --clear."""
    from pipeline.mail.outbox import on_outbox

    count = on_outbox(
        context.obj,
        lambda box: box.clear_bounces(recipient) if clear else box.bounced(recipient, reason),
    )
    typer.echo(f"{recipient}: {count} bounce(s)")


def _period(home: Home, kind: str, text: str | None) -> Period:
    """Return the period given, or the last whole one of the published figures."""
    from pipeline.warehouse.publish import open_published
    from reports import period

    try:
        if text:
            return period.read(kind, text)
    except period.PeriodError as error:
        raise ConfigError(f"{error}. Write it like 2023-W23, 2023-06 or 2023.") from error
    with open_published(home) as con:
        row = con.execute("select plan_as_of, plan_year from ops.context").fetchone()
    if row is None:
        raise ConfigError("no night has been published yet. Run `python -m pipeline run` first.")
    as_of, plan_year = row
    is_new = (as_of.month, as_of.day) < _YEAR_REVIEWED_UNTIL
    return period.last(kind, as_of, plan_year - 1 if is_new else plan_year)


def _report(home: Home, kind: str, text: str | None, *, send: bool, revise: bool) -> None:
    from reports.send_report import publish_report

    if revise and not send:
        raise ConfigError("--revise goes with --send.")
    outcome = publish_report(home, _period(home, kind, text), send=send, revise=revise)
    _print(outcome, send=send)
    raise typer.Exit(outcome.exit_code if send else 0)


def _print(outcome: Outcome, *, send: bool) -> None:
    typer.echo(str(outcome.folder))
    for reason in outcome.refused:
        typer.echo(f"{'not sent' if send else 'would not be sent'}: {reason}", err=True)
    for line in outcome.said:
        typer.echo(line)
    for recipient, state in outcome.states.items():
        typer.echo(f"{state}  {recipient}")
    if "unknown" in outcome.states.values():
        typer.echo(
            (
                "unknown: the server may have the mail; ask the recipient, then `mail resend "
                "ID` if it never came"
            ),
            err=True,
        )
