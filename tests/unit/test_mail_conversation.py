"""A server that floods or drips is left after the deadline; what it said takes no memory."""

from __future__ import annotations

import resource
import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from pipeline.config.settings import Mail
from pipeline.mail.smtp import connect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def server(talk: Callable[[socket.socket], None]) -> Iterator[Mail]:
    """Serve one connection with `talk` in a thread.

    Yield settings that lead to it, one second a time-out.
    """
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connected, _ = listening.accept()
        with connected:
            try:
                talk(connected)
            except OSError:
                return  # the client hung up: that is what the test is about

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    port = listening.getsockname()[1]
    with listening:
        yield Mail.model_validate(
            {
                "from": "a@x.cn",
                "to": [],
                "host": "127.0.0.1",
                "port": port,
                "security": "none",
                "timeout_seconds": 1,
            }
        )
    thread.join(5)
    assert not thread.is_alive()


def drip(connected: socket.socket) -> None:
    while True:
        connected.sendall(b"2")
        time.sleep(0.2)


def drip_after_greeting(connected: socket.socket) -> None:
    connected.sendall(b"220 hello\r\n")
    connected.recv(100)
    drip(connected)


def flood(connected: socket.socket) -> None:
    while True:
        connected.sendall(b"250-and more\r\n" * 1000)


def flood_after_greeting(connected: socket.socket) -> None:
    connected.sendall(b"220 hello\r\n")
    connected.recv(100)
    flood(connected)


def one_endless_line(connected: socket.socket) -> None:
    while True:
        connected.sendall(b"2" * 100_000)


@pytest.mark.parametrize(
    "talk", [drip, drip_after_greeting, flood, flood_after_greeting, one_endless_line]
)
def test_the_conversation_ends(talk: Callable[[socket.socket], None]) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # whatever the cut connection raises
    with server(talk) as mail, pytest.raises(OSError):  # noqa: PT011
        connect(mail)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kB
