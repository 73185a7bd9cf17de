"""Unpack plain zip archives of exports in the inbox.

Each file inside becomes a file of the inbox of its own, named zip／file.

Every file is then judged, landed, archived and rebuilt like one that a person dropped. An archive
within an archive, and one that cannot be
unpacked, stays as it is: reading it says why.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from collectors.read.archive import is_archive, members
from collectors.unreadable import Unreadable
from pipeline.base.fsync import sync, write_atomic
from pipeline.ingest.inbox import zips

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.ingest.inbox import InboxFile

log = logging.getLogger(__name__)
BETWEEN = "／"  # no folder: the file stays where its account's files are
_LONGEST = 200  # bytes of a name


def unpack_archives(inbox: Path) -> None:
    """Unpack what can be."""
    for file in zips(inbox):
        if (
            file.kind == "file"
            and file.source
            and BETWEEN not in file.name
            and is_archive(file.path)
        ):
            _unpack(file)


def _unpack(file: InboxFile) -> None:
    try:
        found = list(members(file.path))
    except Unreadable as refusal:
        log.warning("archive not unpacked", extra={"file": file.name, "reason": refusal.reason_en})
        return
    if not file.is_unchanged() or not _fits(file.path):
        return
    for number, (name, content) in enumerate(found, 1):
        target = _target(file.path, name, number)
        write_atomic(target, content)
        # as new as the archive: later drops supersede it
        os.utime(target, ns=(file.modified_ns, file.modified_ns))
    sync(file.path.parent)
    file.path.unlink()
    sync(file.path.parent)
    log.info("archive unpacked", extra={"file": file.name, "files": len(found)})


def _fits(path: Path) -> bool:
    """Return whether a file with the longest name that is made here can be beside the archive.

    The path has an end.
    """
    try:
        path.with_name(f".{'x' * _LONGEST}.part").exists()
    except OSError as error:
        log.warning(
            "archive not unpacked", extra={"file": path.name, "reason": str(error.strerror)}
        )
        return False
    return True


def _target(path: Path, name: str, number: int) -> Path:
    """Return a name beside the archive; a long one loses its beginning, not its suffix."""
    inner = name.replace("\\", "/").strip("/").replace("/", BETWEEN).replace("\0", "")
    whole = f"{path.name}{BETWEEN}{inner}"
    if len(whole.encode()) > _LONGEST:
        # 52 signs of at most three bytes
        whole = f"{path.stem[:12]}{BETWEEN}{number}{BETWEEN}{inner[-40:]}"
    target = path.with_name(whole)
    return (
        target
        if not target.exists()
        else path.with_name(f"{path.stem[:12]}{BETWEEN}{number}{BETWEEN}{inner[-40:]}")
    )
