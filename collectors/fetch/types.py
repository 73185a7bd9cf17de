"""The collect step's files for the inbox, and troubles for a person.

A fetcher is a module of this folder with `fetch(request: Request) -> Iterator[Fetched | Trouble]`.
It reads and never
interprets; it keeps secrets (from the environment only) out of names, contents and reasons.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

# whose days the platforms' interfaces count, whatever the office's own clock
CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Fetched:
    """One file for inbox/<source>/<name>, exactly as the server sent it."""

    source: str
    name: str
    content: bytes
    address: str | None = None  # where a public page stood; never an address with a token
    # what to say next time to be told that it has not changed (ETag or Last-Modified)
    validator: str | None = None


@dataclass(frozen=True)
class Trouble:
    """One item that could not be fetched; `reason` says what, where, and what to do next (Chinese).

    `until_tomorrow`: no run calls the source again today (a daily quota is used up).
    """

    source: str
    item: str
    transient: bool
    reason: str
    until_tomorrow: bool = False


@dataclass(frozen=True)
class Request:
    """A run of one `[[fetch]]` entry, `now` with zone.

    `have(name)` is true for a file that waits in the inbox or landed before.
    """

    source: str
    now: datetime
    have: Callable[[str], bool]
    options: Mapping[str, str] = field(default_factory=dict)
    validators: Mapping[str, str] = field(default_factory=dict)  # address -> what came with it last
    senders: Mapping[str, str] = field(
        default_factory=dict
    )  # address of a mail -> folder of the inbox, as the entry declares
