"""HTTP/1.1 with an end to every wait.

Headers must arrive in time, and a client must take what it requested.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio

HEADER_SECONDS = 20.0
WRITE_SECONDS = 120.0


class PatientProtocol(H11Protocol):
    """uvicorn's protocol, which waits for ever for the first headers and for slow readers.

    This one does not.
    """

    _waiting: asyncio.TimerHandle | None = None
    _writing: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - as the base class has it
        """Give the client some seconds for its first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Stop the timer while a request is answered, start it again for the rest of the next one."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting()
        elif self._waiting is None:
            self._wait()

    def pause_writing(self) -> None:
        """Wait only so long for a client that does not read."""
        super().pause_writing()
        self._writing = self._writing or self.loop.call_later(WRITE_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on: the client reads."""
        super().resume_writing()
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the clocks."""
        super().connection_lost(exc)
        self._stop_waiting()
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(HEADER_SECONDS, self._give_up)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        self._waiting = None
        if self.cycle is None or self.cycle.response_complete:
            self.transport.abort()
