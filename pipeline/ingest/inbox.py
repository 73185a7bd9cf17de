"""The inbox: its files, and the place each is moved to when the night is published."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.ingest.files.filenames import shown_name
from pipeline.ingest.files.patience import look_into

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PATIENCE = 300.0  # seconds without a sign of life after which a folder is a dead share
_OF_THE_SYSTEM = frozenset(
    {"thumbs.db", "desktop.ini", ".ds_store", ".localized", ".directory", ".gitkeep", ".keep"}
)
# what Finder, LibreOffice and shares leave
_OF_PROGRAMS = ("._", ".~lock.", ".nfs", ".fuse_hidden", ".smbdelete")


@dataclass(frozen=True)
class InboxFile:
    """One file waiting; `source` is the folder right under inbox/, or '' for a stray file.

    `kind` says what cannot be opened (link, device, closed); `sha256` is '' when the disk does not
    give the file, and
    `problem` has the system's words then.
    """

    path: Path
    source: str
    sha256: str
    size: int
    modified_ns: int
    kind: str = "file"
    problem: str = ""

    @property
    def name(self) -> str:
        """The name as it may be stored and shown.

        Bytes that are no text, and control signs, as escapes.
        """
        return shown_name(self.path.name)

    @property
    def modified_at(self) -> datetime:
        """Modification time with zone."""
        return datetime.fromtimestamp(self.modified_ns / 1e9, UTC)

    def is_unchanged(self) -> bool:
        """Return whether the file is still the one that was scanned (a download may be growing)."""
        try:
            info = self.path.lstat()
        except OSError:
            return False
        return (info.st_size, info.st_mtime_ns) == (self.size, self.modified_ns)


def scan(inbox: Path) -> list[InboxFile]:
    """Return all waiting files, oldest modification first, then by name.

    A file that vanishes meanwhile is none. A folder that does not answer is one entry that says so.
    """

    def look(top: Path) -> Iterator[InboxFile]:
        return (file for path in _waiting(top) if (file := _describe(path, inbox)))

    found: list[InboxFile] = []
    for top, files in look_into(_tops(inbox), look, PATIENCE):
        found += [_silent(top)] if files is None else files
    return in_order(found)


def count_waiting(inbox: Path, patience: float) -> int:
    """Return how many files wait, not counting folders that say nothing for so many seconds."""
    return sum(len(files or ()) for _, files in look_into(_tops(inbox), _waiting, patience))


def zips(inbox: Path) -> list[InboxFile]:
    """Return the waiting files that begin like a zip: archives, workbooks, documents."""

    def look(top: Path) -> Iterator[InboxFile]:
        for path in _waiting(top):
            try:
                is_zip = (
                    path.is_file() and not path.is_symlink() and _begins(path).startswith(b"PK")
                )
            except OSError:
                continue
            if is_zip and (file := _describe(path, inbox)):
                yield file

    return [file for _, files in look_into(_tops(inbox), look, PATIENCE) for file in files or ()]


def _begins(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(2)


def in_order(files: Iterable[InboxFile]) -> list[InboxFile]:
    """Return files in the order in which one supersedes another.

    Modified later, then the name that sorts later.
    """
    return sorted(files, key=lambda file: (file.modified_ns, file.path.name, file.source))


def _tops(inbox: Path) -> list[Path]:
    """Return the top entries of the inbox, by name; the inbox itself when it cannot be listed."""
    try:
        return [inbox / name for name in sorted(os.listdir(inbox))]  # noqa: PTH208 - names of bytes
    except OSError:
        return [inbox]


def _silent(top: Path) -> InboxFile:
    return InboxFile(top, "", "", 0, 0, "closed", f"no answer for {PATIENCE:.0f} s: a dead share?")


def _waiting(top: Path) -> Iterator[Path]:
    """Yield everything at and below an entry of the inbox but folders.

    A folder that cannot be opened is listed itself. Links are not followed.
    """
    if os.path.islink(top) or not os.path.isdir(top):  # noqa: PTH112, PTH114 - Path's raise
        if _is_ours(top.name):
            yield top
        return
    closed: list[str] = []
    for folder, folders, names in os.walk(
        top, onerror=lambda error: closed.append(str(error.filename))
    ):
        yield from (Path(folder, name) for name in names if _is_ours(name))
        yield from (
            path
            for name in folders
            # Path.is_symlink raises
            if _is_ours(name) and (path := Path(folder, name)) and os.path.islink(path)  # noqa: PTH114
        )
    yield from map(Path, closed)


def _is_ours(name: str) -> bool:
    """Return whether it may be a person's file.

    A name with a dot in front that ends in .part is one being written.
    """
    is_part = name.startswith(".") and name.endswith(".part")
    return name.lower() not in _OF_THE_SYSTEM and not name.startswith(_OF_PROGRAMS) and not is_part


def _describe(path: Path, inbox: Path) -> InboxFile | None:
    """Return what is known of an entry.

    One that a share or the disk does not give has no digest, and names the problem.
    """
    folders = path.relative_to(inbox).parts[:-1]
    source = shown_name(folders[0]) if folders else ""
    kind, size, modified_ns, digest, problem = "closed", 0, 0, "", ""
    # half a download, or hidden on purpose: it is named, and a person decides
    if path.name.startswith("."):
        return InboxFile(
            path,
            source,
            "",
            0,
            0,
            "hidden",
            "its name begins with a dot: rename it to hand it in, or delete it",
        )
    try:
        info = path.lstat()
        kind, size, modified_ns = _kind(info.st_mode), info.st_size, info.st_mtime_ns
        if stat.S_ISDIR(info.st_mode):
            os.scandir(path).close()  # listing it failed: is it closed, or not to be had?
        digest = sha256_of(path) if kind == "file" else _stand_in(kind, path)
    except FileNotFoundError:
        return None
    except OSError as error:  # a dead share, a path beyond PATH_MAX, a bad sector, no permission
        problem = error.strerror or str(error)
        if isinstance(error, PermissionError) and kind == "closed":
            digest = _stand_in(kind, path)
    return InboxFile(path, source, digest, size, modified_ns, kind, problem)


def _kind(mode: int) -> str:
    return (
        "file"
        if stat.S_ISREG(mode)
        else "link"
        if stat.S_ISLNK(mode)
        else "closed"
        if stat.S_ISDIR(mode)
        else "device"
    )


def _stand_in(kind: str, path: Path) -> str:
    """Return a digest for what has no content of its own that may be read: of what is known of it."""
    known = os.fsencode(path.readlink() if kind == "link" else path.name)
    return hashlib.sha256(known if kind == "link" else kind.encode() + b"\0" + known).hexdigest()


def sha256_of(path: Path) -> str:
    """Return the digest of a file's content, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
