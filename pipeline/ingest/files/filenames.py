"""Names of files as people and programs write them.

They are shown without control signs and shortened to what file systems take; no file takes
another's name.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from collectors.unreadable import shown

if TYPE_CHECKING:
    from collections.abc import Collection

_PLAIN_SUFFIX = re.compile(r"\.[a-z0-9]{1,12}")
# bytes; file systems take 255, and `.reason.txt` and more comes behind
_LONGEST, _LONGEST_SUFFIX = 200, 20


def shown_name(name: str) -> str:
    """Return a name as it may be stored and shown.

    Bytes that are no text, and control signs, as escapes.
    """
    return shown(os.fsencode(name).decode("utf-8", "backslashreplace"))


def plain_suffix(path: Path) -> str:
    """Return the suffix that an archived file keeps: a short and plain one, else none."""
    suffix = path.suffix.lower()
    return suffix if _PLAIN_SUFFIX.fullmatch(suffix) else ""


def free_names(
    folder: Path, name: str, sha256: str, reason: str, taken: Collection[Path] = ()
) -> tuple[Path, Path]:
    """Return where a file and its reason go.

    The same again for the same file, never in the place of another file or reason.

    `taken`: where other files of this night, and their reasons, go. `reason` must name the file's
    digest: it distinguishes a reason written by a night that died from another file's.
    """
    path = Path(name)
    marks = ("", f".{sha256[:8]}", f".{sha256}")
    for mark in marks:
        target = folder / _short(
            path.stem,
            f"{mark}{path.suffix}" if len(os.fsencode(path.suffix)) < _LONGEST_SUFFIX else mark,
        )
        note = target.with_name(f"{target.name}.reason.txt")
        mine = note.is_file() and note.read_bytes() == reason.encode()
        if (
            target not in taken
            and note not in taken
            and (mine or not (os.path.lexists(note) or os.path.lexists(target)))
        ):
            break
    return target, note


def _short(stem: str, end: str) -> str:
    """Cut a name's stem, between two characters, so that the whole is not too long."""
    room = _LONGEST - len(os.fsencode(end))
    start = os.fsencode(stem)
    return stem + end if len(start) <= room else start[:room].decode("utf-8", "ignore") + end
