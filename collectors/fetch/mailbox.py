"""Fetch the attachments that declared senders mail to the office's mailbox (IMAP).

They become files for the inbox of whoever sent them. `senders` of the `[[fetch]]` entry says whose
files an address sends. A mail of another address is reported and stays unread. The password is in
the environment (`MAILBOX_PASSWORD_LEDGER` for the source ledger). A mail is known by the mailbox's
UIDVALIDITY and its UID; nothing is changed on the server, not even the mark that a mail was read.
"""

from __future__ import annotations

import imaplib
import ipaddress
import os
import re
import socket
import ssl
import threading
from collections import Counter
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated, Any, Literal

from imap_tools import AND, BaseMailBox, ImapToolsError, MailboxLoginError, MailMessage
from pydantic import BaseModel, ConfigDict, Field

from collectors.fetch.http import WebError
from collectors.fetch.options import read_options
from collectors.fetch.types import Fetched, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.fetch.types import Request

_LONGEST_NAME = 80  # characters of a file's own name; the file system has 255 bytes
_SHOWN = 100
_NO_NAME = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]|^\.+')


class Options(BaseModel):
    """`options` of a `[[fetch]]` entry."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    host: Annotated[str, Field(min_length=1)]
    user: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=0, le=65535)] = 0  # 0: the usual one
    security: Literal["tls", "starttls", "none"] = "tls"  # none: on this machine only
    ca_file: str = ""  # the office's own authority
    folder: str = "INBOX"
    days: Annotated[int, Field(ge=1, le=366)] = 30  # older mails are left
    max_bytes: Annotated[int, Field(gt=0)] = 64_000_000  # a mail as a whole
    call_seconds: Annotated[float, Field(gt=0)] = 20
    total_seconds: Annotated[float, Field(gt=0)] = 600


def fetch(request: Request) -> Iterator[Fetched | Trouble]:
    """Yield the attachments of mails not fetched before, then what was left and why."""
    try:
        options = read_options(Options, request)
        with _opened(request, options) as box:
            yield from _mails(request, options, box)
    except WebError as error:
        yield Trouble(request.source, "mailbox", error.transient, error.reason)
    except (OSError, imaplib.IMAP4.error, ImapToolsError) as error:
        reason = (
            f"邮箱连接中断或服务器没有回应（{type(error).__name__}），其余邮件下次再取。"
            "若一直如此，请检查 options.host、port、folder 和网络。"
        )
        yield Trouble(request.source, "mailbox", transient=True, reason=reason)


class _Bounded(imaplib.IMAP4):
    """A connection that is cut after `total` seconds, whatever the server does."""

    # as the base classes have it
    def __init__(self, *words: Any, total: float, **more: Any) -> None:  # noqa: ANN401
        self._total = total
        super().__init__(*words, **more)

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        """Connect, and start the clock before the greeting is awaited."""
        super().open(host, port, timeout)
        self.clock = threading.Timer(self._total, self._cut)
        self.clock.daemon = True
        self.clock.start()

    def _cut(self) -> None:
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)


class _BoundedTls(_Bounded, imaplib.IMAP4_SSL):  # type: ignore[misc]
    """The same over TLS."""


class _Box(BaseMailBox):  # type: ignore[misc]
    """imap-tools' mailbox upon such a connection."""

    client: _Bounded

    def __init__(self, options: Options) -> None:
        self._options = options
        super().__init__()

    def _get_mailbox_client(self) -> _Bounded:
        given = self._options
        port = given.port or (993 if given.security == "tls" else 143)
        wait = {"timeout": given.call_seconds, "total": given.total_seconds}
        if given.security == "none":
            return _Bounded(given.host, port, **wait)
        context = ssl.create_default_context(cafile=given.ca_file or None)
        if given.security == "tls":
            return _BoundedTls(given.host, port, ssl_context=context, **wait)
        client = _Bounded(given.host, port, **wait)
        client.starttls(context)
        return client


@contextmanager
def _opened(request: Request, options: Options) -> Iterator[BaseMailBox]:
    """Log in, and out again."""
    variable = f"MAILBOX_PASSWORD_{re.sub('[^A-Z0-9]', '_', request.source.upper())}"
    password = os.environ.get(variable)
    if not password:
        raise WebError(
            f"环境变量 {variable} 未设置邮箱密码。请写入服务的环境文件。", transient=False
        )
    box = _connect(options)
    try:
        box.login(options.user, password, initial_folder=None)
        yield box
    except MailboxLoginError:
        raise WebError(
            f"邮箱 {options.user} 登录被拒绝。请核对 options.user 和 {variable}。", transient=False
        ) from None
    finally:
        with suppress(OSError, imaplib.IMAP4.error, ImapToolsError):
            box.logout()
        box.client.clock.cancel()
        with suppress(OSError):
            # a connection that was cut in mid-answer is not closed by a logout that fails
            box.client.shutdown()


def _connect(options: Options) -> _Box:
    if options.security == "none" and not _is_this_machine(options.host):
        raise WebError(
            "options.security = none 只能用于本机：密码会明文传送。请用 tls 或 starttls。",
            transient=False,
        )
    if options.ca_file and not Path(options.ca_file).is_file():
        raise WebError(f"options.ca_file 没有这个文件：{options.ca_file}。", transient=False)
    try:
        return _Box(options)
    except ssl.SSLCertVerificationError as error:
        text = (
            f"邮件服务器 {options.host} 的证书不可信：{error.verify_message}。请设 "
            "options.ca_file 为单位的根证书。"
        )
        raise WebError(text, transient=False) from None


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _mails(request: Request, options: Options, box: BaseMailBox) -> Iterator[Fetched | Trouble]:
    """Read all headers first, then each new mail of a declared sender by itself."""
    box.folder.set(options.folder, readonly=True)
    validity = box.folder.status(options.folder)["UIDVALIDITY"]
    senders = {address.lower(): source for address, source in request.senders.items()}
    strangers: Counter[str] = Counter()
    since = request.now.date() - timedelta(days=options.days)
    for head in list(box.fetch(AND(date_gte=since), mark_seen=False, headers_only=True, bulk=200)):
        sender, address = head.from_.lower(), f"imap:{options.user}/{validity}/{head.uid}"
        if address in request.validators:
            continue
        if sender not in senders:
            strangers[_shown(sender) or "（无发件人）"] += 1
        elif head.size_rfc822 > options.max_bytes:
            text = (
                f"{_shown(sender)} {head.date:%m月%d日} 的邮件超过 {options.max_bytes:,} 字节，"
                "未取。请让对方在网页上交，或调高 options.max_bytes。"
            )
            yield Trouble(senders[sender], address, transient=False, reason=text)
        else:
            for mail in box.fetch(uid_list=[str(head.uid)], mark_seen=False):
                yield from _attachments(
                    request, senders[sender], mail, f"{validity}-{mail.uid}", address
                )
    for sender, count in sorted(strangers.items()):
        text = (
            f"{sender} 来信 {count} 封，发件人没有登记，未取。如是报数据的，请在 [[fetch]] 的 "
            "senders 里登记它属于哪个收件夹。"
        )
        yield Trouble(request.source, sender, transient=False, reason=text)


def _attachments(
    request: Request, source: str, mail: MailMessage, key: str, address: str
) -> Iterator[Fetched]:
    """Yield a mail's files; the last one carries the mail's address.

    The mail is done only when all were taken.
    """
    files = [
        part
        for part in mail.attachments
        if part.filename and not _is_picture_of_the_text(part.content_type, part.content_id)
    ]
    for number, part in enumerate(files, 1):
        name = _name(part.filename, f"{key}-{number}")
        if not request.have(name) or number == len(files):
            yield Fetched(source, name, part.payload, address if number == len(files) else None)


def _is_picture_of_the_text(content_type: str, content_id: str) -> bool:
    return bool(content_id) and content_type.startswith("image/")


def _name(given: str, key: str) -> str:
    """Return a safe name that no other attachment has: the key before the suffix."""
    path = PurePath(_NO_NAME.sub("_", given.strip()))
    stem, suffix = path.stem[:_LONGEST_NAME], path.suffix[:10]
    while len(stem.encode("utf-8", "replace")) > 2 * _LONGEST_NAME:
        stem = stem[:-1]
    return f"{stem}_mail{key}{suffix}".encode("utf-8", "replace").decode()


def _shown(address: str) -> str:
    """Return an address as it may be shown: what strangers write into headers is no text of ours."""
    return "".join(sign for sign in address if sign.isascii() and sign.isprintable())[:_SHOWN]
