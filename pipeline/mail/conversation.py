"""SMTP with an end: a deadline for every exchange, and a bound on what the server may say."""

from __future__ import annotations

import smtplib
import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_LINES = 500  # of one connection; a real one says some twenty
LONGEST_LINE = 4096


class _Replies:
    """The server's lines, counted; smtplib would collect an endless `250-` until memory ends."""

    def __init__(self, stream: Any) -> None:  # noqa: ANN401 - a binary stream
        self._stream = stream
        self._lines = 0

    def readline(self, _size: int = -1) -> bytes:
        """Return the next line; SMTPServerDisconnected when the server says too much."""
        self._lines += 1
        line: bytes = self._stream.readline(LONGEST_LINE + 1)
        if self._lines > MOST_LINES or len(line) > LONGEST_LINE:
            raise smtplib.SMTPServerDisconnected(
                f"the server says more than {MOST_LINES} lines of {LONGEST_LINE} bytes"
            )
        if line and not line.endswith(b"\n"):
            raise smtplib.SMTPServerDisconnected("the connection ended in mid-line")
        return line

    def close(self) -> None:
        """Close the stream."""
        self._stream.close()


class _Bounded:
    """Mix-in for smtplib's clients: `file` is where they read the server's replies."""

    _replies: _Replies | None = None

    @property
    def file(self) -> _Replies | None:
        return self._replies

    @file.setter
    def file(self, stream: Any) -> None:  # noqa: ANN401 - smtplib sets a stream, or None
        self._replies = _Replies(stream) if stream is not None else None

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connected: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        self._first_watch = _watch(lambda: connected, timeout)
        return connected

    def greeted(self) -> None:
        """End the watch over the greeting: smtplib reads it inside its constructor."""
        self._first_watch.cancel()


class Client(_Bounded, smtplib.SMTP):
    """A client that no server can hold for ever."""


class TlsClient(_Bounded, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""


@contextmanager
def deadline(client: smtplib.SMTP, seconds: float) -> Iterator[None]:
    """Cut the connection after `seconds`.

    A server that drips a byte now and then never reaches a socket's timeout.
    """
    watch = _watch(lambda: client.sock, seconds)
    try:
        yield
    finally:
        watch.cancel()


def _watch(connection: Callable[[], socket.socket | None], seconds: float) -> threading.Timer:
    def cut() -> None:
        connected = connection()  # STARTTLS puts another in its place
        if connected is not None:
            with suppress(OSError):
                connected.shutdown(socket.SHUT_RDWR)

    watch = threading.Timer(seconds, cut)
    watch.daemon = True
    watch.start()
    return watch
