"""A real SMTP server as a process of its own.

`python -m tests.support.servers.smtp MODE FOLDER` prints its port and keeps each mail it took.

Modes: accept; refuse (550 for refused@…); greylist (450 to the first try of each recipient); drop
(takes the mail, hangs up without
an answer); spam (554 after DATA); login (demands STARTTLS and user/secret).
"""

from __future__ import annotations

import asyncio
import ssl
import sys
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP as Server
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "reports", "s3cret-of-the-test"


class Keeper:
    """Writes every mail taken to <folder>/<n>-<recipient>.eml."""

    def __init__(self, mode: str, folder: Path) -> None:
        self.mode = mode
        self.folder = folder
        self.seen: set[str] = set()

    async def handle_RCPT(
        self,
        _server: Server,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if self.mode == "refuse" and address.startswith("refused@"):
            return "550 5.1.1 no such user"
        if self.mode == "greylist" and address not in self.seen:
            self.seen.add(address)
            return "450 4.2.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Server, _session: Session, envelope: Envelope) -> str:
        if self.mode == "spam":
            return "554 5.7.1 message looks like spam"
        content = envelope.content
        assert isinstance(content, bytes)
        number = len(list(self.folder.glob("*.eml")))
        (self.folder / f"{number}-{envelope.rcpt_tos[0]}.eml").write_bytes(content)
        if self.mode == "drop":
            assert server.transport is not None
            server.transport.abort()
        return "250 2.0.0 taken"


def authenticate(
    _server: Server, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
) -> AuthResult:
    """Accept one user with one password."""
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=right, handled=right)


def options(mode: str, folder: Path) -> dict[str, Any]:
    """Return the server's options.

    For `login` a certificate of an authority that stands in <folder>/ca.pem.
    """
    if mode != "login":
        return {}
    import trustme

    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    return {
        "tls_context": context,
        "require_starttls": True,
        "auth_required": True,
        "authenticator": authenticate,
    }


async def serve(mode: str, folder: Path) -> None:
    """Stand until the process is killed."""
    keeper, given = Keeper(mode, folder), options(mode, folder)
    server = await asyncio.get_running_loop().create_server(
        lambda: Server(keeper, **given), "127.0.0.1", 0
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], Path(sys.argv[2])))
