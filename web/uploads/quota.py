"""How much a person may hand in within a day; what is under way counts from its first byte."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING

from web.refusal import Refusal

if TYPE_CHECKING:
    from pathlib import Path

    from web.access.sessions import Person
    from web.store import Store

BYTES = 1 << 30  # a person a day
FILES = 2_000
_LEAST_FREE = 2 << 30  # of the disk, for the night
_LEAST_SHARE = 20  # or, of a small disk, a twentieth


@dataclass
class Used:
    """What a person has handed in on a day."""

    day: str
    files: int = 0
    size: int = 0


class Quota:
    """Counts by person and day; desk.sqlite keeps the counts over a restart."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store, self._folder = store, folder
        self._lock = Lock()
        self._used: dict[str, Used] = {}

    def room(self, person: Person) -> Room:
        """Return what a person's request takes from; Refusal 503 when the disk is nearly full."""
        disk = shutil.disk_usage(self._folder)
        if disk.free < min(_LEAST_FREE, disk.total // _LEAST_SHARE):
            raise Refusal(
                503, "服务器磁盘快满，暂时不能交，请告知管理员。", "the disk is nearly full"
            )
        self.change(person.name, 0, 0)  # read from disk here, not while bytes arrive
        return Room(self, person.name)

    def change(self, user: str, files: int, size: int) -> None:
        """Count more, or less, for a person; Refusal 413 when that is too much."""
        with self._lock:
            used = self._today(user)
            over = used.files + files > FILES or used.size + size > BYTES
            if over and (files > 0 or size > 0):
                zh = "今天交的已达每日上限，请明天再交，或请宣传处代交。"
                raise Refusal(413, zh, "the quota of the day is used up")
            used.files, used.size = used.files + files, used.size + size

    def note(self, user: str) -> None:
        """Write a person's counts down."""
        with self._lock:
            used = self._today(user)
            values = [user, used.day, used.files, used.size]
        self._store.write("insert or replace into day_count values (?, ?, ?, ?)", values)

    def sweep(self) -> None:
        """Forget the counts of other days."""
        today = _today()
        self._store.write("delete from day_count where day <> ?", [today])
        with self._lock:
            self._used = {user: one for user, one in self._used.items() if one.day == today}

    def _today(self, user: str) -> Used:
        day = _today()
        used = self._used.get(user)
        if used is None or used.day != day:
            query = "select files, size from day_count where user = ? and day = ?"
            row = self._store.one(query, [user, day]) or {"files": 0, "size": 0}
            used = self._used[user] = Used(day, row["files"], row["size"])
        return used


class Room:
    """What one request has taken of a person's day."""

    def __init__(self, quota: Quota, user: str) -> None:
        self._quota, self._user = quota, user
        self._files = self._size = 0

    def take(self, *, files: int = 0, size: int = 0) -> None:
        """Take more; Refusal 413 when the day is used up."""
        self._quota.change(self._user, files, size)
        self._files, self._size = self._files + files, self._size + size

    def give_back(self) -> None:
        """Take nothing after all: the request failed, and what it wrote is gone."""
        self._quota.change(self._user, -self._files, -self._size)

    def keep(self) -> None:
        """Write down what was taken."""
        self._quota.note(self._user)


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
