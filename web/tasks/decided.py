"""Decisions since the newest night: decisions.jsonl, read again when it grows.

The night uses the same lines.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from pipeline.config.decisions import Decision, append_decision, parse

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.config.decisions import Kind
    from pipeline.config.home import Home
    from web.access.sessions import Person

_EDGE = 200
_FILES = frozenset({"release", "withdraw", "restore", "reassign", "edition", "pieces"})


class Decided:
    """The last decision of each kind and subject; all decisions about a file are one kind here.

    `file`.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._lock = Lock()
        self._version: tuple[int, int] | None = None
        self._last: dict[tuple[str, str], Decision] = {}
        self._end, self._edge = 0, b""  # up to where it was read, and the last bytes before

    def last(self, kind: str, subject: str) -> Decision | None:
        """Return the decision in force, None when there is none or it was taken back."""
        found = self._all().get((kind, subject))
        return found if found and (found.value is not None or kind == "file") else None

    def has(self, kind: str, subject: str) -> bool:
        """Return whether somebody has decided."""
        return self.last(kind, subject) is not None

    def settles(self, sha256: str, since: datetime | None = None) -> bool:
        """Return whether a file has an answer in force, given after `since`."""
        found = self.last("file", sha256)
        if found is None or found.kind == "restore" or found.is_open:
            return False
        return since is None or found.at > since

    def decide(
        self, person: Person, kind: Kind, subject: str, value: str | None, note: str = ""
    ) -> Decision:
        """Write a decision in a person's name."""
        return append_decision(self._home, kind, subject, value, by=person.name, note=note)

    def all_of(self, kind: str) -> dict[str, Decision]:
        """Return the decisions in force of one kind, by subject."""
        return {
            subject: one
            for (known, subject), one in self._all().items()
            if known == kind and one.value is not None
        }

    def _all(self) -> dict[tuple[str, str], Decision]:
        try:
            info = self._home.decisions.stat()
        except FileNotFoundError:
            return {}
        version = (info.st_ino, info.st_size)
        with self._lock:
            if version != self._version:
                self._read_on()
                self._version = version
            return self._last

    def _read_on(self) -> None:
        """Read what was appended; all of it again when what was read is no longer there."""
        with self._home.decisions.open("rb") as stream:
            stream.seek(self._end - len(self._edge))
            if stream.read(len(self._edge)) != self._edge:
                self._last, self._end, self._edge = {}, 0, b""
                stream.seek(0)
            content = stream.read()
        fresh: dict[tuple[str, str], Decision] = {
            ("file" if one.kind in _FILES else one.kind, one.subject): one
            for one in parse(content).decisions
        }
        self._last = {**self._last, **fresh}  # others may be reading the old one
        whole = content[: content.rfind(b"\n") + 1]
        self._end, self._edge = self._end + len(whole), (self._edge + whole)[-_EDGE:]
