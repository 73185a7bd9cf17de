"""`<home>/users.toml`: names, roles, units and argon2id hashes. Mode 0600; written as a whole."""

from __future__ import annotations

import hashlib
import secrets
import tomllib
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import tomli_w

from pipeline.base.errors import ConfigError
from pipeline.base.fsync import sync, write_atomic

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.config.home import Home

ROLES = ("admin", "office", "unit", "viewer")
_LONGEST_NAME = 32


@dataclass(frozen=True)
class User:
    """One person's entry.

    `hash` is '' until a password was chosen, `salt` changes with every reset.
    """

    name: str
    role: str
    unit: str = ""
    hash: str = ""
    salt: str = ""
    disabled: bool = False
    since: str = ""

    @property
    def stamp(self) -> str:
        """Fingerprint of everything that must end a session when it changes."""
        text = "\0".join(
            (self.name, self.role, self.unit, self.hash, self.salt, str(self.disabled))
        )
        return hashlib.sha256(text.encode()).hexdigest()[:24]


class Users:
    """The users of a home. Read again whenever the file changes; writing replaces the file."""

    def __init__(self, home: Home) -> None:
        self.path: Path = home.root / "users.toml"
        self._version: tuple[int, int, int] | None = None
        self._users: dict[str, User] = {}

    def all(self) -> dict[str, User]:
        """Return users by name; ConfigError when the file cannot be read."""
        try:
            info = self.path.stat()
        except FileNotFoundError:
            self._version, self._users = None, {}
            return {}
        version = (info.st_ino, info.st_mtime_ns, info.st_size)
        if version != self._version:
            self._users, self._version = self._read(), version
        return self._users

    def get(self, name: str) -> User | None:
        """Return a user who may log in, or None."""
        user = self.all().get(name)
        return user if user and not user.disabled else None

    def add(self, name: str, role: str, unit: str = "", units: tuple[str, ...] = ()) -> User:
        """Add a user without a password; ConfigError says what is wrong with name, role or unit."""
        _check(name, role, unit, units)
        if name in self.all():
            raise ConfigError(
                f"user {name!r} exists already. Take another name, or use `users reset`."
            )
        return self._put(User(name, role, unit, salt=secrets.token_hex(8), since=_now()))

    def set_hash(self, name: str, new: str) -> User:
        """Store a password's hash; sessions and links made before end."""
        return self._put(replace(self._must(name), hash=new))

    def disable(self, name: str) -> User:
        """Let a user log in no more; sessions end at once."""
        return self._put(replace(self._must(name), disabled=True))

    def reset(self, name: str) -> User:
        """Forget the password and enable the user; a new link is needed to choose one."""
        return self._put(
            replace(self._must(name), hash="", salt=secrets.token_hex(8), disabled=False)
        )

    def _must(self, name: str) -> User:
        user = self.all().get(name)
        if user is None:
            raise ConfigError(f"no user {name!r}. See `users list`.")
        return user

    def _put(self, user: User) -> User:
        entries = {**self.all(), user.name: user}
        text = tomli_w.dumps({"users": [asdict(entry) for entry in entries.values()]})
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_name(f".{self.path.name}.part")
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        write_atomic(self.path, text.encode())
        sync(self.path.parent)
        self._version = None
        return user

    def _read(self) -> dict[str, User]:
        try:
            entries = tomllib.loads(self.path.read_text("utf-8")).get("users", [])
            users = [User(**entry) for entry in entries]
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError) as error:
            raise ConfigError(
                f"{self.path}: cannot be read: {error}. Mend the file or restore a backup."
            ) from error
        return {user.name: user for user in users}


def _check(name: str, role: str, unit: str, units: tuple[str, ...]) -> None:
    if (
        not name
        or len(name) > _LONGEST_NAME
        or not name.isprintable()
        or any(sign.isspace() for sign in name)
    ):
        raise ConfigError(
            f"user name {name!r}: give 1 to {_LONGEST_NAME} printable signs without blanks."
        )
    if role not in ROLES:
        raise ConfigError(f"role {role!r} is none of {', '.join(ROLES)}.")
    if role == "unit" and not unit:
        raise ConfigError("a user of role unit needs --unit.")
    if unit and units and unit not in units:
        raise ConfigError(f"unit {unit!r} is not in the plan. Known: {'、'.join(units)}.")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
