"""From a report to its readers: write the folder, pass the gate, queue, send, mirror. Exactly once a report, period, recipient, revision."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline.base.errors import ConfigError, TransientError
from pipeline.base.failpoints import passing
from pipeline.mail.outbox import Item, Outbox, mirror, sending_lock
from pipeline.mail.smtp import deliver
from pipeline.warehouse.publish import open_build, open_published, publish, run_lock, start_build
from reports.message import Content, Envelope, build, message_id
from reports.notes import read_notes
from reports.report import make_report, problems, write_report

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.config.settings import Home, Mail
    from reports.period import Period

_PREVIEW = "preview@localhost"


@dataclass
class Outcome:
    """What became of a report: its folder, what kept it back, and the state of each recipient's mail."""

    folder: Path
    refused: list[str]
    states: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 all well; 1 kept back by the gate; 3 some recipient has not (or not for certain) got it."""
        if self.refused:
            return 1
        return 0 if all(state == "sent" for state in self.states.values()) else 3


def publish_report(home: Home, period: Period, *, send: bool, revise: bool = False) -> Outcome:
    """Build a report into output/, and with `send` mail it once; a report that fails the gate goes to nobody but the operators."""
    settings = home.settings()
    mail = settings.mail
    with open_published(home) as con:
        report = make_report(con, period, read_notes(home, period))
        outcome = Outcome(home.output / period.kind / period.id, problems(report, con))
    write_report(report, outcome.folder)
    preview = _preview(mail, report.made_at.astimezone(ZoneInfo(settings.timezone)))
    (outcome.folder / "mail.eml").write_bytes(build(report.content, preview))
    if not send:
        return outcome
    if mail is None or not mail.host:
        outcome.said.append(
            f"no mail server is configured ([mail] host in {home.config}): nothing was sent, the mail stands in mail.eml"
        )
    elif outcome.refused:
        notice = _failure_notice(report.content, outcome.refused)
        told = post(home, mail, notice, mail.operators)
        outcome.said += [f"told the operator {to}: {state}" for to, state in told.items()]
    else:
        outcome.states = post(home, mail, report.content, mail.to, revise=revise)
    return outcome


def _preview(mail: Mail | None, date: datetime) -> Envelope:
    """Return the envelope of mail.eml: to the first recipient, dated by the night it shows, so that it is the same every time."""
    if mail is None:
        return Envelope(_PREVIEW, _PREVIEW, date)
    return Envelope(mail.sender, mail.to[0] if mail.to else _PREVIEW, date, reply_to=mail.reply_to)


def post(
    home: Home, mail: Mail, content: Content, recipients: tuple[str, ...], *, revise: bool = False
) -> dict[str, str]:
    """Queue a mail for each recipient unless it is there already, send what is queued, return the states by recipient."""
    if not recipients:
        return {}
    with open_published(home) as con:
        (run_id,) = con.execute("select max(run_id) from ops.run").fetchone() or ("",)
    date = datetime.now(ZoneInfo(home.settings().timezone)).replace(microsecond=0)
    with sending_lock(home), closing(Outbox(home)) as box:
        box.settle_crashed()
        revision = max(box.last_revision(content.report_id, content.period) + int(revise), 1)
        envelopes = [Envelope(mail.sender, recipient, date, revision, mail.reply_to) for recipient in recipients]
        box.queue([_item(content, envelope, run_id) for envelope in envelopes])
        passing("mail_queue")
        deliver(box, box.due(report=(content.report_id, content.period)), mail, passing)
        states = {
            row["recipient"]: row["state"]
            for row in box.rows()
            if (row["report_id"], row["period"], row["revision"]) == (content.report_id, content.period, revision)
        }
    passing("mail_mirror")
    mirror_to_warehouse(home)
    return {recipient: states[recipient] for recipient in recipients}


def flush(home: Home) -> dict[str, str]:
    """Send every queued mail whose time has come; returns the states by Message-ID."""
    mail = home.settings().mail
    with sending_lock(home), closing(Outbox(home)) as box:
        box.settle_crashed()
        rows = box.due()
        if not rows:
            return {}
        if mail is None or not mail.host:
            raise ConfigError(
                f"{len(rows)} mail(s) wait but no mail server is configured. Set [mail] host in {home.config}."
            )
        deliver(box, rows, mail, passing)
        ids = {row["message_id"] for row in rows}
        states = {row["message_id"]: row["state"] for row in box.rows() if row["message_id"] in ids}
    if states:
        mirror_to_warehouse(home)
    return states


def mirror_to_warehouse(home: Home) -> bool:
    """Publish the outbox's states as ops.mail; False when a night is running (it, or the next one, carries them over)."""
    try:
        with run_lock(home, wait_seconds=10):
            if not home.warehouse.exists():
                return False
            path = start_build(home)
            with open_build(path) as con:
                mirror(con, home)
                con.execute("checkpoint")
            publish(path, home)
    except TransientError:
        return False
    return True


def _item(content: Content, envelope: Envelope, run_id: str) -> Item:
    return Item(
        content.report_id,
        content.period,
        envelope.recipient,
        envelope.revision,
        content.sha256,
        message_id(content, envelope),
        run_id,
        build(content, envelope),
    )


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
    return Content(f"{content.report_id}-failure", content.period, f"【未发出】{content.subject}", text)
