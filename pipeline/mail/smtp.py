"""Delivery: one message a recipient over one connection, each state durable before the next step."""

from __future__ import annotations

import base64
import logging
import os
import re
import smtplib
import ssl
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from pipeline.base.errors import ConfigError
from pipeline.config import addresses
from pipeline.mail.conversation import Client, TlsClient, deadline
from pipeline.mail.outbox import LONGEST_WAIT

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from pipeline.config.settings import Mail
    from pipeline.mail.outbox import Outbox

log = logging.getLogger(__name__)
_BACK_OFF = (timedelta(minutes=5), timedelta(minutes=15), LONGEST_WAIT)
_GIVE_UP_AFTER = timedelta(hours=12)
# seconds: many servers answer 450 to the first try of an unknown sender (greylisting)
_ONCE_MORE_AFTER = 1.0
MOST_EXCHANGES = 4  # sender, recipient, DATA, its answer: each within one time-out
_ACCEPTED = 250
_PERMANENT = 500
_STOP_ALL = re.compile(
    r"\b(spam|too (many|frequent)|rate limit\w*|frequency)\b|垃圾|频率|频繁", re.IGNORECASE
)


class _RefusedError(Exception):
    """The server said no to this mail: code and words."""

    def __init__(self, code: int, reply: str) -> None:
        super().__init__(f"{code} {reply}")
        self.code = code


class _UnknownError(Exception):
    """The connection ended after DATA began: nobody knows whether the mail was taken."""


def deliver(box: Outbox, rows: list[sqlite3.Row], mail: Mail, step: Callable[[str], None]) -> None:
    """Send the rows one after another, at most `per_minute`; the outcome of each is in the outbox."""
    waiting = list(rows)
    for again in (False, True):
        if again and waiting:
            time.sleep(_ONCE_MORE_AFTER)
        waiting = _round(box, waiting, mail, step)


def _round(
    box: Outbox, rows: list[sqlite3.Row], mail: Mail, step: Callable[[str], None]
) -> list[sqlite3.Row]:
    """Try each row once; returns those worth another try."""
    later: list[sqlite3.Row] = []
    client: smtplib.SMTP | None = None
    for place, row in enumerate(rows):
        if place and place % mail.per_minute == 0:
            time.sleep(60)
        if box.is_suspended(row["recipient"]):
            box.mark(
                row, "failed", "suspended: earlier mails bounced; clear with `mail bounced --clear`"
            )
            continue
        try:
            step("mail_connect")
            client = client or connect(mail)
            with deadline(client, MOST_EXCHANGES * mail.timeout_seconds):
                _send(box, client, row, mail, step)
        except _UnknownError as error:
            box.mark(row, "unknown", _clean(error, mail))
            client = None
        except _RefusedError as error:
            if _refused(box, row, error, mail, later):
                _stop_all(box, rows[place + 1 :])
                return []
        except ValueError as error:  # an address that no server takes: this mail alone
            box.mark(row, "failed", _clean(error, mail))
        except OSError as error:  # the network, TLS, and all of smtplib's own
            _failed(box, row, error, mail, later)
            client = None
    if client:
        with (
            suppress(OSError),
            deadline(client, mail.timeout_seconds),
        ):  # every mail is settled; a server that hangs up first is no matter
            client.quit()
    return later


def connect(mail: Mail) -> smtplib.SMTP:
    """Open a connection as configured; never logs in without TLS."""
    assert mail.host is not None  # noqa: S101 - the caller has checked it
    context = ssl.create_default_context(cafile=mail.ca_file)
    timeout = mail.timeout_seconds
    if mail.security == "tls":
        client: Client | TlsClient = TlsClient(
            mail.host, mail.port, timeout=timeout, context=context
        )
        client.greeted()
    else:
        client = Client(mail.host, mail.port, timeout=timeout)
        client.greeted()
    try:
        with deadline(client, timeout):
            _introduce(client, mail, context)
    except BaseException:
        client.close()
        raise
    return client


def _introduce(client: Client | TlsClient, mail: Mail, context: ssl.SSLContext) -> None:
    """Say hello, begin TLS, log in; ConfigError where that is not possible as configured."""
    if isinstance(client, Client):
        client.ehlo()
        if mail.security == "starttls" or (mail.security == "auto" and client.has_extn("starttls")):
            client.starttls(context=context)
            client.ehlo()
        elif mail.user:
            raise ConfigError(
                f"{mail.host} offers no STARTTLS: the password would go in the clear. Set "
                'mail.security = "tls" or leave out mail.user.'
            )
    if mail.user:
        password = os.environ.get(mail.password_env)
        if not password:
            raise ConfigError(
                f"mail.user is set but the environment has no {mail.password_env}. Export "
                "it, or name another with mail.password_env."
            )
        client.login(mail.user, password)


def _send(
    box: Outbox, client: smtplib.SMTP, row: sqlite3.Row, mail: Mail, step: Callable[[str], None]
) -> None:
    """Send one mail: `sending` is on disk before DATA, `sent` right after the server's 250."""
    _expect(client.mail(addresses.parse(mail.sender).addr_spec), client)
    _expect(client.rcpt(addresses.parse(row["recipient"]).addr_spec), client)
    box.mark(row, "sending", "")
    step("mail_sending")
    answer: tuple[int, bytes | str]
    try:
        answer = client.data(row["message"])
    except smtplib.SMTPDataError as error:
        answer = error.smtp_code, error.smtp_error
    except OSError as error:
        raise _UnknownError(
            f"connection lost after DATA: {type(error).__name__}: {error}"
        ) from error
    step("mail_accepted")
    _expect(answer, client)
    box.mark(row, "sent", _text(answer[1]))
    step("mail_sent")


def _expect(answer: tuple[int, bytes | str], client: smtplib.SMTP) -> None:
    code, reply = answer
    if code not in (_ACCEPTED, 251):
        with suppress(OSError):  # it may hang up; the refusal is what counts
            client.rset()
        raise _RefusedError(code, _text(reply))


def _refused(
    box: Outbox, row: sqlite3.Row, error: _RefusedError, mail: Mail, later: list[sqlite3.Row]
) -> bool:
    """Note a refusal.

    Returns True when the server has had enough of us and the whole round must stop.
    """
    if error.code < _PERMANENT:
        _try_later(box, row, _clean(error, mail), later)
        return False
    box.mark(row, "failed", _clean(error, mail))
    stop = bool(_STOP_ALL.search(str(error)))
    log.error(
        "mail refused",
        extra={"recipient": row["recipient"], "reply": _clean(error, mail), "stopped_all": stop},
    )
    return stop


def _stop_all(box: Outbox, rows: list[sqlite3.Row]) -> None:
    """Postpone all other mails: a server that calls us a spammer must not get more of them now."""
    for row in rows:
        box.mark(
            row,
            "queued",
            "put off: the server refused an earlier mail as spam or too frequent",
            datetime.now(UTC) + _BACK_OFF[-1],
        )


def _failed(
    box: Outbox, row: sqlite3.Row, error: Exception, mail: Mail, later: list[sqlite3.Row]
) -> None:
    """Note a failure before DATA: a wrong password or certificate is permanent, the network is not."""
    permanent = isinstance(
        error,
        smtplib.SMTPAuthenticationError
        | ssl.SSLCertVerificationError
        | smtplib.SMTPNotSupportedError,
    )
    if permanent:
        box.mark(row, "failed", _clean(error, mail))
    else:
        _try_later(box, row, _clean(error, mail), later)
    log.warning(
        "mail not sent",
        extra={"recipient": row["recipient"], "error": _clean(error, mail), "permanent": permanent},
    )


def _try_later(box: Outbox, row: sqlite3.Row, reply: str, later: list[sqlite3.Row]) -> None:
    now = datetime.now(UTC)
    if now - datetime.fromisoformat(row["queued_at"]) > _GIVE_UP_AFTER:
        box.mark(row, "failed", f"given up after 12 hours: {reply}")
        return
    box.mark(row, "queued", reply, now + _BACK_OFF[min(row["attempts"] // 2, len(_BACK_OFF) - 1)])
    later.append(row)


def _clean(error: Exception, mail: Mail) -> str:
    """Return an error's words without the password, which some servers echo."""
    password = os.environ.get(mail.password_env)
    text = (
        f"{type(error).__name__}: {error}"
        if not isinstance(error, _RefusedError | _UnknownError)
        else str(error)
    )
    return _masked(text, password) if password else text


def _masked(text: str, password: str) -> str:
    """Return a text without the password, in whatever form it is there.

    It may be plain, percent-encoded, or inside a word of base64 or hex, as AUTH sends it.
    """

    def hide(word: re.Match[str]) -> str:
        return "***" if password.encode() in b" ".join(_decoded(word[0])) else word[0]

    for plain in (password, repr(password)[1:-1], quote(password, safe="")):
        text = text.replace(plain, "***")
    return re.sub(r"[A-Za-z0-9+/_=-]{6,}", hide, text)


def _decoded(word: str) -> Iterator[bytes]:
    bare = word.rstrip("=").translate(str.maketrans("-_", "+/"))
    for first in range(4):  # a word may begin in the middle of what was encoded
        with suppress(ValueError):
            part = bare[first:]
            yield base64.b64decode(
                part[: len(part) - len(part) % 4] + part[len(part) - len(part) % 4 :].ljust(4, "=")
                if len(part) % 4 > 1
                else part[: len(part) - len(part) % 4]
            )
    with suppress(ValueError):
        yield bytes.fromhex(word)


def _text(reply: bytes | str) -> str:
    text = reply if isinstance(reply, str) else reply.decode("utf-8", "replace")
    return text.replace("\n", " ")
