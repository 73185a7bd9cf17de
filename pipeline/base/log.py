"""Structured logs: one JSON object a line in output/log/, secrets never among them."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from logging.handlers import WatchedFileHandler
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_CURRENT = "pipeline.jsonl"
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """Format a record as one JSON object: time (UTC), level, logger, message, extra fields, error."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as a line of JSON."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **{key: value for key, value in vars(record).items() if key not in _STANDARD},
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def log_to(folder: Path) -> None:
    """Send all log records of this process to `folder`/pipeline.jsonl.

    After `roll` has renamed that file, the process writes to the new one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handler = WatchedFileHandler(folder / _CURRENT, encoding="utf-8")
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)


def roll(folder: Path, now: datetime, keep: timedelta) -> None:
    """Rename the log of an earlier month to the day it begins with.

    Delete a renamed log whose last line is older than `keep`.
    """
    current = folder / _CURRENT
    began = _first_day(current)
    if began and began[:7] != f"{now.astimezone(UTC):%Y-%m}":
        aside = folder / f"pipeline-{began}.jsonl"
        if not aside.exists():  # the clock was set back: the next month does it
            current.replace(aside)
    for path in folder.glob("pipeline-*.jsonl"):
        if datetime.fromtimestamp(path.stat().st_mtime, UTC) < now - keep:
            path.unlink()


def _first_day(path: Path) -> str:
    """Return the day of a log's first line, '' when it has none."""
    if not path.is_file():
        return ""
    with path.open(encoding="utf-8", errors="replace") as stream:
        line = stream.readline()
    try:
        return datetime.fromisoformat(json.loads(line)["time"]).date().isoformat()
    except (ValueError, KeyError, TypeError):
        return f"{datetime.fromtimestamp(path.stat().st_mtime, UTC):%Y-%m-%d}"
