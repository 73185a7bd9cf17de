"""A real SMTP server that fails at one step.

`python -m benchmarks.torture.smtp_server STEP ANSWER FOLDER` prints its port.

STEP: CONNECT, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, TAKEN (after the mail), QUIT or none. ANSWER:
a code, `drop` or `hang`. Mails taken
are in FOLDER; at TAKEN, drop and hang take the mail first and never say so. ca.pem of FOLDER is the
authority of its certificate.
"""

from __future__ import annotations

import asyncio
import ssl
import sys
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

USER, PASSWORD = "reports", "torture"
HANG = 600


class Failing(SMTP):  # type: ignore[misc]  # aiosmtpd is untyped
    """Answers as asked at one step and is an ordinary server at all others."""

    step, answer, greeted = "none", "", False

    async def fails(self, step: str) -> bool:
        """Give the answer when this is the step."""
        if step != self.step:
            return False
        if self.answer == "drop":
            self.transport.abort()
        elif self.answer == "hang":
            await asyncio.sleep(HANG)
        else:
            await self.push(f"{self.answer} as asked")
            if self.answer == "421" or step == "CONNECT":
                self.transport.close()
        return True

    async def _handle_client(self) -> None:
        if not self.greeted and await self.fails("CONNECT"):
            return
        self.greeted = True
        await super()._handle_client()


def _failing(name: str) -> Any:  # noqa: ANN401 - a method
    async def method(self: Failing, argument: str) -> None:
        if not await self.fails(name):
            await getattr(SMTP, f"smtp_{name}")(self, argument)

    return method


for _name in ("EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "QUIT"):
    setattr(Failing, f"smtp_{_name}", _failing(_name))


class Keeper:
    """Writes every mail taken to <folder>/<n>-<recipient>.eml."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    # aiosmtpd's name
    async def handle_DATA(self, server: Failing, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the mail, or fail."""
        lost = server.step == "TAKEN"
        if not lost or not server.answer.isdigit():
            number = len(list(self.folder.glob("*.eml")))
            (self.folder / f"{number}-{envelope.rcpt_tos[0]}.eml").write_bytes(
                bytes(envelope.content or b"")
            )
        if lost and server.answer.isdigit():
            return f"{server.answer} as asked"
        if lost:
            await server.fails("TAKEN")
        return "250 2.0.0 taken"


async def serve(step: str, answer: str, folder: Path) -> None:
    """Stand until the process is killed."""
    folder.mkdir(exist_ok=True)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)

    def connection() -> Failing:
        server = Failing(
            Keeper(folder), tls_context=context, require_starttls=True, auth_required=True,
            authenticator=lambda *_: AuthResult(success=True),
        )  # fmt: skip
        server.step, server.answer = step, answer
        return server

    standing = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", 0)
    print(standing.sockets[0].getsockname()[1], flush=True)
    await standing.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
