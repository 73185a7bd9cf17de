"""Queue, send and mirror mails, once each."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline.base.errors import ConfigError, PipelineError, TransientError
from pipeline.base.failpoints import failpoint
from pipeline.config import addresses
from pipeline.mail.message import Content, Envelope, build, message_id
from pipeline.mail.outbox import Item, Outbox, mirror, sending_lock
from pipeline.mail.smtp import deliver
from pipeline.warehouse.publish import (
    BrokenWarehouseError,
    open_build,
    open_published,
    publish,
    run_lock,
    start_build,
)

if TYPE_CHECKING:
    from pipeline.config.home import Home
    from pipeline.config.settings import Mail


def post(
    home: Home, mail: Mail, content: Content, recipients: tuple[str, ...], *, revise: bool = False
) -> dict[str, str]:
    """Queue a mail for each recipient unless it is there already, and send what is queued.

    Returns the states by recipient.
    """
    if not recipients:
        return {}
    run_id = _newest_run(home)
    date = datetime.now(ZoneInfo(home.settings().timezone)).replace(microsecond=0)
    with sending_lock(home), closing(Outbox(home)) as box:
        box.settle_crashed()
        revision = max(box.last_revision(content.report_id, content.period) + int(revise), 1)
        envelopes = [
            Envelope(mail.sender, recipient, date, revision, mail.reply_to)
            for recipient in recipients
        ]
        box.queue([_item(content, envelope, run_id) for envelope in envelopes])
        failpoint("mail_queue")
        deliver(box, box.due(report=(content.report_id, content.period)), mail, failpoint)
        states = {
            addresses.key(row["recipient"]): row["state"]
            for row in box.rows()
            if (row["report_id"], row["period"], row["revision"])
            == (content.report_id, content.period, revision)
        }
    failpoint("mail_mirror")
    mirror_to_warehouse(home)
    return {recipient: states[addresses.key(recipient)] for recipient in recipients}


def _newest_run(home: Home) -> str:
    """Return the newest run's id.

    Empty when no warehouse can say, for a mail may be about just that.
    """
    try:
        with open_published(home) as con:
            (run_id,) = con.execute("select max(run_id) from ops.run").fetchone() or ("",)
    except PipelineError:
        return ""
    return str(run_id or "")


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
                f"{len(rows)} mail(s) wait but no mail server is configured. Set [mail] "
                f"host in {home.config}."
            )
        deliver(box, rows, mail, failpoint)
        ids = {row["message_id"] for row in rows}
        states = {row["message_id"]: row["state"] for row in box.rows() if row["message_id"] in ids}
    if states:
        mirror_to_warehouse(home)
    return states


def mirror_to_warehouse(home: Home) -> bool:
    """Publish the outbox's states as ops.mail.

    False when a night is running (it, or the next one, carries them over).
    """
    try:
        with run_lock(home, wait_seconds=10):
            if not home.warehouse.exists():
                return False
            path = start_build(home)
            with open_build(path) as con:
                mirror(con, home)
                con.execute("checkpoint")
            publish(path, home)
    except (TransientError, BrokenWarehouseError):
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
