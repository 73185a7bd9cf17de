"""Delete what no figure needs once it is old.

Files, decisions, plans and the history of runs are never deleted. Logs and the bytes of sent mails
are deleted after the days in `[keep]` of pipeline.toml. A file in quarantine is reported, and only
a person deletes it.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.base.errors import TransientError
from pipeline.base.log import roll
from pipeline.ingest.files.filenames import shown_name
from pipeline.mail.outbox import Outbox, sending_lock

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.config.home import Home
    from pipeline.config.settings import Keep

log = logging.getLogger(__name__)
_NOTE = ".reason.txt"


def forget(home: Home, keep: Keep, now: datetime) -> None:
    """Delete the logs and the mails' bytes that are older than the settings say.

    What somebody sends just now, or a disk refuses, is left to the next night.
    """
    try:
        roll(home.output / "log", now, timedelta(days=keep.log_days))
        if (home.root / "outbox.sqlite").exists():
            with sending_lock(home), closing(Outbox(home)) as box:
                box.forget_content(now - timedelta(days=keep.mail_days))
    except TransientError:
        log.info("old mails are left to the next night: somebody sends")
    except (OSError, sqlite3.Error):
        log.exception("old logs or mails could not be removed")


def long_in_quarantine(home: Home, keep: Keep, now: datetime) -> list[Path]:
    """Return the files that have lain in quarantine longer than the settings say, by name."""
    before = (now - timedelta(days=keep.quarantine_days)).timestamp()
    notes = home.quarantine.rglob(f"*{_NOTE}") if home.quarantine.is_dir() else ()
    files = (note.with_name(note.name.removesuffix(_NOTE)) for note in notes
        if note.stat().st_mtime < before)  # fmt: skip
    return sorted(path for path in files if path.is_file())


def quarantine_zh(home: Home, keep: Keep) -> list[str]:
    """Return a sentence for staff about what has lain in quarantine too long, or nothing."""
    found = long_in_quarantine(home, keep, datetime.now(UTC))
    if not found:
        return []
    names = "、".join(shown_name(path.name) for path in found[:3])
    more = "等" if len(found) > 3 else ""  # noqa: PLR2004 - as many as are named
    return [
        (
            f"quarantine/ 里有{len(found)}份文件已超过{keep.quarantine_days}天无人处理：{names}{more}。"
            "改好重新交，或确认无用后删除；系统不会自动删除。"
        )
    ]
