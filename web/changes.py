"""`<home>/desk/changes.jsonl`: who did what, when; a line for every change that the desk made."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_KEPT = 3 * 366 * 86_400  # seconds


class Changes:
    """A log of changes: an earlier month's lines are moved to a file of its own for three years."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._path = folder, folder / "changes.jsonl"
        self._lock = Lock()

    def note(self, user: str, action: str, subject: str) -> None:
        """Append a line."""
        line = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "by": user,
            "did": action,
            "subject": subject,
        }
        with self._lock, self._path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")

    def sweep(self) -> None:
        """Move an earlier month's lines to a file with its name; delete files that are too old."""
        with self._lock:
            month = _month(self._path)
            aside = self._folder / f"changes-{month}.jsonl"
            if month and month != f"{datetime.now(UTC):%Y-%m}" and not aside.exists():
                self._path.replace(aside)
        for path in self._folder.glob("changes-*.jsonl"):
            if path.stat().st_mtime < time.time() - _KEPT:
                path.unlink()


def _month(path: Path) -> str:
    """Return the month of the first line, '' when there is none."""
    if not path.is_file():
        return ""
    with path.open(encoding="utf-8", errors="replace") as stream:
        line = stream.readline()
    try:
        return f"{datetime.fromisoformat(json.loads(line)['at']):%Y-%m}"
    except (ValueError, KeyError, TypeError):
        return ""
