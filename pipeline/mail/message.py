"""The mail.

Mixed( alternative( text, related( html, charts ) ), workbook ), the same bytes for the same report.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

from pipeline.config import addresses

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from email.headerregistry import Address


SHEET_TYPE = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


class Picture(Protocol):
    """PNG of a chart; `inline` pictures are shown in the mail by `cid:<name>`."""

    @property
    def name(self) -> str:
        """Content id without brackets."""

    @property
    def png(self) -> bytes:
        """Image."""

    @property
    def inline(self) -> bool:
        """Return whether the mail shows it."""


@dataclass(frozen=True)
class Content:
    """Content of a mail; `attachment` is (ASCII name, Chinese name, bytes of an xlsx) or None."""

    report_id: str
    period: str
    subject: str
    text: str
    html: str | None = None
    pictures: Sequence[Picture] = ()
    attachment: tuple[str, str, bytes] | None = None

    @property
    def sha256(self) -> str:
        """Digest of all that readers see."""
        digest = hashlib.sha256()
        parts = [self.subject.encode(), self.text.encode(), (self.html or "").encode()]
        parts += [picture.png for picture in self.pictures if picture.inline]
        parts += [self.attachment[2]] if self.attachment else []
        for part in parts:
            digest.update(len(part).to_bytes(8, "big") + part)
        return digest.hexdigest()


@dataclass(frozen=True)
class Envelope:
    """Sender, recipient and time; `revision` counts corrections of the same period from 1."""

    sender: str
    recipient: str
    date: datetime
    revision: int = 1
    reply_to: str | None = None


def message_id(content: Content, envelope: Envelope) -> str:
    """Return <32 hex@domain>.

    The same report, period, recipient and revision always have the same id.
    """
    key = "|".join(
        (
            content.report_id,
            content.period,
            addresses.key(envelope.recipient),
            str(envelope.revision),
        )
    )
    domain = addresses.parse(envelope.sender).domain or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def build(content: Content, envelope: Envelope) -> bytes:
    """Return the message as bytes with CRLF lines, ready for DATA."""
    message = EmailMessage(policy=SMTP)
    _headers(message, content, envelope)
    message.set_content(content.text, charset="utf-8", cte="base64")
    if content.html is not None:
        message.add_alternative(content.html, subtype="html", charset="utf-8", cte="base64")
        html = next(part for part in message.walk() if part.get_content_type() == "text/html")
        for picture in content.pictures:
            if picture.inline:
                html.add_related(
                    picture.png,
                    "image",
                    "png",
                    cid=f"<{picture.name}>",
                    disposition="inline",
                    filename=f"{picture.name}.png",
                )
    if content.attachment:
        message.add_attachment(
            content.attachment[2],
            maintype=SHEET_TYPE[0],
            subtype=SHEET_TYPE[1],
            filename=content.attachment[0],
        )
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{content.sha256[:24]}_{number}")
    return _two_names(message.as_bytes(), content)


def _headers(message: EmailMessage, content: Content, envelope: Envelope) -> None:
    reply_to = envelope.reply_to or envelope.sender
    subject = (
        content.subject
        if envelope.revision == 1
        else f"{content.subject}（更正 {envelope.revision - 1}）"
    )
    message["Subject"] = " ".join(subject.split())
    message["From"] = _address(envelope.sender)
    message["To"] = _address(envelope.recipient)
    message["Reply-To"] = _address(reply_to)
    message["Date"] = format_datetime(envelope.date)
    message["Message-ID"] = message_id(content, envelope)
    message["Auto-Submitted"] = "auto-generated"
    message["List-Id"] = f"<{content.report_id}.publicity-pipeline>"
    message["List-Unsubscribe"] = (
        f"<mailto:{addresses.parse(reply_to).addr_spec}?subject=unsubscribe>"
    )


def _address(text: str) -> Address:
    return addresses.parse(text)


def _two_names(message: bytes, content: Content) -> bytes:
    """Give the attachment its Chinese name beside the ASCII one (RFC 2231).

    The stdlib writes only one of the two.
    """
    if not content.attachment:
        return message
    ascii_name, name, _ = content.attachment
    one = f'Content-Disposition: attachment; filename="{ascii_name}"'
    return message.replace(one.encode(), f"{one};\r\n filename*=utf-8''{quote(name)}".encode(), 1)
