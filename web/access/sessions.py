"""Sessions: a random token in a cookie, its digest in desk.sqlite.

Ended by logout, by any change of the user, and after 12 hours.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from web.access.users import User, Users
    from web.store import Store

COOKIE = "desk_session"
LASTS = 12 * 3600
_MOST = 50  # of one user at once; the oldest end first
_SURPLUS = """
    delete from session where user = ? and rowid not in (
        select rowid from session where user = ? order by began desc, rowid desc limit ?)"""


@dataclass(frozen=True)
class Person:
    """The person who asks.

    A user with a session, or the visitor of a loopback desk without users (`is_visitor`).
    """

    name: str
    role: str
    unit: str = ""
    csrf: str = ""
    is_visitor: bool = False

    @property
    def sees_all(self) -> bool:
        """Return whether this person may see every unit's files and names."""
        return self.role in ("office", "admin")


VISITOR = Person("", "admin", is_visitor=True)


class Sessions:
    """Begin, find and end sessions."""

    def __init__(self, store: Store, users: Users) -> None:
        self._store, self._users = store, users

    def begin(self, user: User) -> str:
        """Return the token of a new session; it is never the one a client brought."""
        token = secrets.token_urlsafe(32)
        now = int(time.time())
        self.sweep()
        self._store.write(_SURPLUS, [user.name, user.name, _MOST])
        self._store.write(
            "insert into session values (?, ?, ?, ?, ?)",
            [_digest(token), user.name, user.stamp, secrets.token_urlsafe(24), now],
        )
        return token

    def find(self, token: str) -> Person | None:
        """Return the person of a living session."""
        row = self._store.one(
            "select user, stamp, csrf, began from session where token = ?", [_digest(token)]
        )
        if row is None or row["began"] < time.time() - LASTS:
            return None
        user = self._users.get(row["user"])
        if user is None or user.stamp != row["stamp"]:
            self.end(token)
            return None
        return Person(user.name, user.role, user.unit, row["csrf"])

    def sweep(self) -> None:
        """Delete the sessions that have ended by themselves."""
        self._store.write("delete from session where began < ?", [int(time.time()) - LASTS])

    def end(self, token: str) -> None:
        """End a session."""
        self._store.write("delete from session where token = ?", [_digest(token)])


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
