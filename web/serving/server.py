"""Bind and serve: what must be there before the desk may be reached from other machines."""

from __future__ import annotations

import ipaddress
import resource
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn

from pipeline.base.errors import ConfigError, PipelineError
from pipeline.base.fsync import write_atomic
from web.app import create_app
from web.desk import Desk
from web.serving.fence import LOOPBACK_NAMES
from web.serving.protocol import PatientProtocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.config.home import Home

_BACKLOG = 2048
_HEADER_BYTES = 32 << 10


@dataclass(frozen=True)
class Binding:
    """The desk's address and port, and its names outside; the fields are the options of `serve`."""

    host: str = "127.0.0.1"
    port: int = 8080
    tls_cert: Path | None = None
    tls_key: Path | None = None
    allow_hosts: tuple[str, ...] = ()
    proxy: str | None = None

    @property
    def is_loopback(self) -> bool:
        """Return whether only this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def has_tls(self) -> bool:
        """Return whether the desk itself speaks TLS."""
        return self.tls_cert is not None


def serve(home: Home, binding: Binding, tell: Callable[[str], None]) -> None:
    """Serve until the process gets a signal; call `tell` with the address once it can be reached."""
    desk = Desk(home, is_open=binding.is_loopback and binding.proxy is None)
    _require_safe(binding, desk)
    listener = _listen(binding)
    port = listener.getsockname()[1]
    names = frozenset(
        {
            *LOOPBACK_NAMES,
            *(name.lower().rstrip(".") for name in binding.allow_hosts),
            *_own(binding),
        }
    )
    config = uvicorn.Config(
        create_app(desk, names), http=PatientProtocol, ws="none", loop="asyncio", lifespan="on",
        log_config=None, access_log=False,
        server_header=False, date_header=True, proxy_headers=binding.proxy is not None,
        forwarded_allow_ips=binding.proxy,
        timeout_keep_alive=15, timeout_graceful_shutdown=10,
        h11_max_incomplete_event_size=_HEADER_BYTES,
        ssl_certfile=binding.tls_cert, ssl_keyfile=binding.tls_key,
    )  # fmt: skip
    address = _address(binding, port)
    write_atomic(desk.folder / "address", address.encode())
    tell(address)
    uvicorn.Server(config).run(sockets=[listener])


def _own(binding: Binding) -> tuple[str, ...]:
    # compared, not bound
    return () if binding.host in ("0.0.0.0", "::") else (binding.host.lower(),)  # noqa: S104


def _require_safe(binding: Binding, desk: Desk) -> None:
    """Raise ConfigError when the desk would be open to others without TLS, a name or users."""
    if (binding.tls_cert is None) != (binding.tls_key is None):
        raise ConfigError("--tls-cert and --tls-key go together.")
    for path in (binding.tls_cert, binding.tls_key):
        if path is not None and not path.is_file():
            raise ConfigError(
                f"{path} does not exist. Give the certificate and its key as PEM files."
            )
    reached = not binding.is_loopback or binding.proxy is not None
    if not binding.is_loopback and not binding.has_tls and binding.proxy is None:
        raise ConfigError(
            f"--host {binding.host} reaches beyond this machine: give --tls-cert and "
            "--tls-key, or --proxy ADDRESS of a proxy that speaks TLS."
        )
    if reached and not desk.users.all():
        raise ConfigError(
            "the desk can be reached by others and has no users. Run `python -m pipeline "
            "users add NAME --role admin` first."
        )
    if reached and not binding.allow_hosts and not _own(binding):
        raise ConfigError("give --allow-host NAME: the name under which people reach the desk.")


def _listen(binding: Binding) -> socket.socket:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:  # each idle connection takes one
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65_536), hard))
    try:
        family = socket.AF_INET6 if ":" in binding.host else socket.AF_INET
        # named, asyncio sends small answers at once; else each waits 40 ms for the client's word
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((binding.host, binding.port))
        listener.listen(_BACKLOG)
    except OSError as error:
        raise PipelineError(
            f"port {binding.port} of {binding.host} cannot be had: {error}. Give another "
            "with --port."
        ) from error
    return listener


def _address(binding: Binding, port: int) -> str:
    name = binding.allow_hosts[0] if binding.allow_hosts else binding.host
    if binding.proxy is not None:
        return f"https://{name}/"
    return (
        f"{'https' if binding.has_tls else 'http'}://{f'[{name}]' if ':' in name else name}:{port}/"
    )
