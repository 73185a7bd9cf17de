"""What a fetcher hands to the collect step: files for the inbox, and troubles for a person.

A fetcher is a module of this folder with `fetch(request: Request) -> Iterator[Fetched | Trouble]`. It reads and never
interprets; it keeps secrets (from the environment only) out of names, contents and reasons.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date


@dataclass(frozen=True)
class Fetched:
    """One file for inbox/<source>/<name>, exactly as the server sent it."""

    source: str
    name: str
    content: bytes


@dataclass(frozen=True)
class Trouble:
    """One item that could not be fetched; `reason` says what, where, and what to do next (Chinese)."""

    source: str
    item: str
    transient: bool
    reason: str


@dataclass(frozen=True)
class Request:
    """What one `[[fetch]]` entry asks for; `have(name)` tells that a file already waits in the inbox (resume)."""

    source: str
    today: date
    have: Callable[[str], bool]
    options: Mapping[str, str] = field(default_factory=dict)
