"""From a report to its readers: write the folder, pass the gate, queue, send, mirror.

Exactly once a report, period, recipient, revision.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline.mail.message import Content, Envelope, build
from pipeline.mail.send import post
from pipeline.run.years import figures_of
from reports.gate import problems
from reports.notes import read_notes
from reports.office import office_zh, with_field
from reports.report import make_report, write_report

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from pipeline.config.home import Home
    from pipeline.config.settings import Mail
    from reports.period import Period

_PREVIEW = "preview@localhost"


@dataclass
class Outcome:
    """Outcome of a report: its folder, why it was not sent, and the state of each recipient's mail."""

    folder: Path
    refused: list[str]
    states: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """Return 0 when all is well, 1 when the gate stopped it, 3 when a mail is unsent or uncertain."""
        if self.refused:
            return 1
        return 0 if all(state == "sent" for state in self.states.values()) else 3


def publish_report(home: Home, period: Period, *, send: bool, revise: bool = False) -> Outcome:
    """Build a report into output/, and with `send` mail it once.

    A report that the gate stops is sent to the operators only.
    """
    settings = home.settings()
    mail = settings.mail
    period = with_field(period, home)
    with figures_of(home, period.last.year) as con:
        report = make_report(
            con, period, read_notes(home, period), office_zh(home, period.last), home.charts
        )
        outcome = Outcome(
            home.output / period.kind / period.id, problems(report, con), said=list(report.faults)
        )
    write_report(report, outcome.folder)
    preview = _preview(mail, report.made_at.astimezone(ZoneInfo(settings.timezone)))
    (outcome.folder / "mail.eml").write_bytes(build(report.content, preview))
    if not send:
        return outcome
    if mail is None or not mail.host:
        outcome.said.append(
            f"no mail server is configured ([mail] host in {home.config}): nothing was sent,"
            " the mail stands in mail.eml"
        )
    elif outcome.refused:
        notice = _failure_notice(report.content, outcome.refused)
        told = post(home, mail, notice, mail.operators)
        outcome.said += [f"told the operator {to}: {state}" for to, state in told.items()]
    else:
        outcome.states = post(home, mail, report.content, mail.to, revise=revise)
    return outcome


def _preview(mail: Mail | None, date: datetime) -> Envelope:
    """Return the envelope of mail.eml.

    To the first recipient, dated by the night it shows, so that it is the same every time.
    """
    if mail is None:
        return Envelope(_PREVIEW, _PREVIEW, date)
    return Envelope(mail.sender, mail.to[0] if mail.to else _PREVIEW, date, reply_to=mail.reply_to)


def _failure_notice(content: Content, reasons: list[str]) -> Content:
    text = "\n".join(
        [
            f"{content.subject} 没有发出。",
            "",
            "原因：",
            *(f"- {reason}" for reason in reasons),
            "",
            "处理后再次执行同一命令即可发送；领导没有收到任何邮件。",
        ]
    )
    return Content(
        f"{content.report_id}-failure", content.period, f"【未发出】{content.subject}", text
    )
