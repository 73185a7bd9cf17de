"""Rules of all tests: they talk to this machine only.

Whole families that take minutes are marked slow.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

# Modules of many nights: `make test` leaves them to `make test-slow`.
SLOW = frozenset(
    [
        "alerts",
        "another_bureau",
        "archives",
        "backup",
        "chat",
        "collect",
        "corrections",
        "deploy_runs",
        "desk_answers",
        "desk_files",
        "desk_holds",
        "desk_pages",
        "desk_shares",
        "desk_units",
        "disks",
        "editions",
        "examples",
        "export",
        "failed_night",
        "figures_agree",
        "files",
        "fuzz_night",
        "fuzz_readers",
        "held",
        "mail",
        "marts",
        "mailbox",
        "news",
        "night_process",
        "office_marts",
        "oracles",
        "pages",
        "personal_data",
        "rebuild",
        "reports",
        "retention",
        "rot",
        "schedule",
        "scoreboard",
        "security",
        "sites",
        "tools",
        "torture",
        "units",
        "upgrade",
        "video",
        "warehouse",
        "wechat_api",
        "wechat_fetch",
        "years_turn",
    ]
)
# Modules that take many minutes each: `make test-long`.
LONG = frozenset(
    [
        "bench",
        "bundle",
        "docs",
        "incremental",
        "lake",
        "metamorphic",
        "notebooks",
        "properties",
        "soak",
        "torture_faults",
        "whole_nights",
    ]
)
_HERE = frozenset({"localhost", "", None})


def is_here(host: object) -> bool:
    """Tell whether a host is this machine.

    A name other than localhost is not, whatever it may resolve to.
    """
    if host in _HERE:
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


class ForeignHostError(AssertionError):
    """A test reached for the network."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of slow and long modules."""
    for item in items:
        module = item.path.stem.removeprefix("test_")
        if module in SLOW | LONG:
            item.add_marker(pytest.mark.slow if module in SLOW else pytest.mark.long)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Refuse every way of Python's own out of this machine.

    The test fails even where the refusal was swallowed.
    """
    tried: list[str] = []

    def guard(name: str) -> None:
        whole = getattr(socket.socket, name)

        def careful(self: socket.socket, address: Any, *more: Any) -> Any:
            place = more[-1] if name == "sendto" and more else address
            if self.family in (socket.AF_INET, socket.AF_INET6) and not is_here(place[0]):
                tried.append(f"{name} {place}")
                raise ForeignHostError(f"a test reached for {place}: tests use loopback only")
            return whole(self, address, *more)

        monkeypatch.setattr(socket.socket, name, careful)

    look_up = socket.getaddrinfo

    def careful_look_up(host: Any, *words: Any, **more: Any) -> Any:
        if not is_here(host.decode() if isinstance(host, bytes) else host):
            tried.append(f"getaddrinfo {host}")
            raise ForeignHostError(f"a test looked up {host}: tests use loopback only")
        return look_up(host, *words, **more)

    for name in ("connect", "connect_ex", "sendto"):
        guard(name)
    monkeypatch.setattr(socket, "getaddrinfo", careful_look_up)
    yield tried
    assert not tried, f"the test reached for the network: {tried}"
