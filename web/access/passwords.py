"""Hash and check passwords (argon2id); sign and read the links with which a person chooses one."""

from __future__ import annotations

import asyncio
import secrets
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from itsdangerous import BadData, URLSafeTimedSerializer

from pipeline.base.fsync import write_atomic
from web.refusal import Refusal

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.config.home import Home
    from web.access.users import User, Users

SHORTEST = 10
_LONGEST = 200  # hashing costs time by length
LINK_DAYS = 7
_HASHER = PasswordHasher()
_AT_ONCE = BoundedSemaphore(2)  # each takes 64 MB and a tenth of a second
# who waits here takes no thread, and was not yet asked whether it may guess
TURNS = asyncio.Semaphore(2)
_NOBODY = _HASHER.hash(secrets.token_hex(16))  # unknown names take as long as known ones


def hash_password(user: str, password: str) -> str:
    """Return the hash of a new password; Refusal 422 when it is too weak."""
    if not SHORTEST <= len(password) <= _LONGEST:
        raise Refusal(422, f"密码至少{SHORTEST}个字符，至多{_LONGEST}个。", "password length")
    if user.lower() in password.lower():
        raise Refusal(422, "密码不能含用户名。", "the password contains the user name")
    if len(set(password)) < SHORTEST // 2:
        raise Refusal(422, "密码太简单，请不要只用少数几个字符。", "the password repeats few signs")
    with _AT_ONCE:
        return _HASHER.hash(password)


def typed_twice(data: dict[str, Any]) -> str:
    """Return the new password of a form; Refusal 422 when its two fields differ."""
    new = str(data.get("password", ""))
    if new != str(data.get("password2", new)):
        raise Refusal(422, "两次输入的密码不一致。", "the two passwords differ")
    return new


def is_right(user: User | None, password: str) -> bool:
    """Return whether the password is the user's."""
    with _AT_ONCE:
        try:
            return _HASHER.verify(
                user.hash if user and user.hash else _NOBODY, password[:_LONGEST]
            ) and bool(user and user.hash)
        except (Argon2Error, InvalidHashError):
            return False


def make_link(home: Home, user: User, base: str) -> str:
    """Return the address with which a user chooses a password, once, within LINK_DAYS."""
    return f"{base.rstrip('/')}/set-password?token={_signer(home).dumps([user.name, user.stamp])}"


def read_link(home: Home, users: Users, token: str) -> User:
    """Return the user of a link; Refusal 403 when it is forged, used or too old."""
    gone = Refusal(
        403,
        "这个链接已经用过或者已过期，请联系宣传处重新发一个。",
        "the link was used or is too old",
    )
    try:
        name, stamp = _signer(home).loads(token, max_age=LINK_DAYS * 86_400)
    except (BadData, ValueError, TypeError) as error:
        raise gone from error
    user = users.get(str(name))
    if user is None or not secrets.compare_digest(user.stamp, str(stamp)):
        raise gone
    return user


def _signer(home: Home) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(_key(home.root / "desk" / "key"), salt="choose a password")


def _key(path: Path) -> bytes:
    """Return the desk's secret, made when first needed; mode 0600."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.with_name(f".{path.name}.part").touch(mode=0o600)
        write_atomic(path, secrets.token_bytes(32))
    return path.read_bytes()
