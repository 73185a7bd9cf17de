"""Slow down guessing: after five wrong passwords a name, and an address, must wait.

Each further one doubles the wait.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from threading import Lock

from web.refusal import Refusal

FREE = 5
_FIRST_WAIT = 30.0
_LONGEST_WAIT = 900.0
_FORGET_AFTER = 1800.0
_MOST_ENTRIES = 20_000


@dataclass
class _Tries:
    wrong: int = 0
    last: float = 0.0
    until: float = 0.0


class Throttle:
    """Counts wrong passwords by key; memory is bounded, old entries are forgotten."""

    def __init__(self) -> None:
        self._tries: dict[str, _Tries] = {}
        self._lock = Lock()

    def require_open(self, *keys: str) -> None:
        """Raise Refusal 429 while one of the keys must wait."""
        now = time.monotonic()
        with self._lock:
            wait = max(
                (found.until - now for key in keys if (found := self._tries.get(key))), default=0.0
            )
        if wait > 0:
            seconds = int(wait) + 1
            zh = f"连续多次不正确，请在{seconds}秒后再试；着急请联系宣传处重设密码。"
            raise Refusal(
                429, zh, f"too many wrong passwords, wait {seconds} s", retry_after=seconds
            )

    def wrong(self, *keys: str) -> int:
        """Count a wrong password for every key; returns how many tries the stricter one has left."""
        now = time.monotonic()
        with self._lock:
            self._forget(now)
            counts = [self._count(key, now) for key in keys]
        return max(0, FREE - max(counts))

    def right(self, key: str) -> None:
        """Forget what was counted for a name: its owner is here."""
        with self._lock:
            self._tries.pop(key, None)

    def _count(self, key: str, now: float) -> int:
        found = self._tries.setdefault(key, _Tries())
        found.wrong, found.last = found.wrong + 1, now
        if found.wrong >= FREE:
            found.until = now + min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(found.wrong - FREE, 10))
        return found.wrong

    def _forget(self, now: float) -> None:
        if len(self._tries) < _MOST_ENTRIES:
            old = [key for key, found in self._tries.items() if now - found.last > _FORGET_AFTER]
        else:
            old = sorted(self._tries, key=lambda key: self._tries[key].last)[: _MOST_ENTRIES // 2]
        for key in old:
            del self._tries[key]
