"""The inbox: what lies there, where it goes when the night is published."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.base.failpoints import passing
from pipeline.base.fsync import sync, sync_with_parents, write_whole
from pipeline.ingest.filenames import free_names, plain_suffix, shown_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_OF_THE_SYSTEM = frozenset({"thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class InboxFile:
    """One file waiting; `source` is the folder right under inbox/, or '' for a stray file.

    `kind` says what cannot be opened (link, device, closed); `sha256` is '' when the disk does not give the file.
    """

    path: Path
    source: str
    sha256: str
    size: int
    modified_ns: int
    kind: str = "file"

    @property
    def name(self) -> str:
        """The name as it may be stored and shown: bytes that are no text, and control signs, as escapes."""
        return shown_name(self.path.name)

    @property
    def modified_at(self) -> datetime:
        """Modification time with zone."""
        return datetime.fromtimestamp(self.modified_ns / 1e9, UTC)

    def is_unchanged(self) -> bool:
        """Tell whether the file is still the one that was scanned (a download may be growing)."""
        try:
            info = self.path.lstat()
        except OSError:
            return False
        return (info.st_size, info.st_mtime_ns) == (self.size, self.modified_ns)


def scan(inbox: Path) -> list[InboxFile]:
    """Return all waiting files, oldest modification first, then by name; a file that vanishes meanwhile is none."""
    found = [file for path in _waiting(inbox) if (file := _describe(path, inbox))]
    return sorted(found, key=lambda file: (file.modified_ns, file.path.name, file.source))


def _waiting(inbox: Path) -> Iterator[Path]:
    """Yield everything below the inbox but folders; a folder that cannot be opened stands for what is in it. Links are not followed."""
    closed: list[str] = []
    for folder, folders, names in os.walk(inbox, onerror=lambda error: closed.append(str(error.filename))):
        yield from (Path(folder, name) for name in names if _is_ours(name))
        yield from (path for name in folders if (path := Path(folder, name)).is_symlink() and _is_ours(name))
    yield from map(Path, closed)


def _is_ours(name: str) -> bool:
    return not name.startswith(".") and name.lower() not in _OF_THE_SYSTEM


def _describe(path: Path, inbox: Path) -> InboxFile | None:
    folders = path.relative_to(inbox).parts[:-1]
    source = shown_name(folders[0]) if folders else ""
    kind, size, modified_ns = "closed", 0, 0
    try:
        info = path.lstat()
        kind, size, modified_ns = _kind(info.st_mode), info.st_size, info.st_mtime_ns
        digest = _digest(path) if kind == "file" else _stand_in(kind, path)
    except PermissionError:
        kind, digest = "closed", _stand_in("closed", path)
    except FileNotFoundError:
        return None
    return InboxFile(path, source, digest, size, modified_ns, kind)


def _kind(mode: int) -> str:
    return (
        "file" if stat.S_ISREG(mode) else "link" if stat.S_ISLNK(mode) else "closed" if stat.S_ISDIR(mode) else "device"
    )


def _stand_in(kind: str, path: Path) -> str:
    """Return a digest for what has no content of its own that may be read: of what is known of it."""
    known = os.fsencode(path.readlink() if kind == "link" else path.name)
    return hashlib.sha256(known if kind == "link" else kind.encode() + b"\0" + known).hexdigest()


def _digest(path: Path) -> str:
    try:
        return sha256_of(path)
    except FileNotFoundError:
        raise
    except OSError:
        return ""


def sha256_of(path: Path) -> str:
    """Return the digest of a file's content, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@dataclass(frozen=True)
class Move:
    """Where a file of the inbox goes, and the note that stands beside it there ('' leaves a note that is there already)."""

    file: InboxFile
    target: Path
    note: Path
    text: str
    sealed: bool = False  # read-only from then on


def to_archive(file: InboxFile, archive: Path, facts: dict[str, Any]) -> Move:
    """Plan `archive/ab/<sha256><suffix>` with `<sha256>.<source>.json`, the file's facts."""
    target = archive / file.sha256[:2] / f"{file.sha256}{plain_suffix(file.path)}"
    note = target.with_name(f"{file.sha256}.{file.source}.json")
    text = "" if not facts or note.exists() else json.dumps(facts, ensure_ascii=False, indent=1, default=str)
    return Move(file, target, note, text, sealed=True)


def to_quarantine(file: InboxFile, quarantine: Path, reason: str, taken: Collection[Path]) -> Move:
    """Plan `quarantine/<name>` with `<name>.reason.txt`; other files and reasons of that name, there or planned (`taken`), are kept."""
    target, note = free_names(quarantine, file.path.name, file.sha256, reason, taken)
    return Move(file, target, note, reason)


def carry_out(moves: Sequence[Move], top: Path) -> None:
    """Move files out of the inbox: notes, then files, then what is left of copies, each on disk before the next begins.

    Repeating is harmless, and a power cut or a kill at any moment leaves each file in the inbox or, with its note, at its target.
    A file that changed since it was scanned stays.
    """
    moves = [move for move in moves if move.file.is_unchanged() and not _is_closed_folder(move.file)]
    folders = {move.target.parent for move in moves}
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    for move in moves:
        if move.text:
            write_whole(move.note, move.text.encode())
            passing(f"noted {move.note.name}")
    sync_with_parents(folders, top)
    for move in moves:
        if move.file.is_unchanged() and not _is_there(move):
            _bring(move)
            passing(f"moved {move.target.name}")
    for move in moves:
        if move.text and not move.target.exists() and not move.target.is_symlink():  # replaced a moment ago: it stays
            move.note.unlink(missing_ok=True)
    sync_with_parents(folders, top)
    for move in moves:
        if move.file.is_unchanged():  # a copy of what was there already, or of another disk's file
            move.file.path.unlink()
            passing(f"cleared {move.file.source}/{move.file.path.name}")


def make_durable(files: Sequence[InboxFile], inbox: Path) -> None:
    """Put dropped files on disk, for whoever dropped them may not have: what a night publishes must not lose its source."""
    here = [file.path for file in files if file.path.is_file() and not file.path.is_symlink()]
    sync(*here)
    sync_with_parents({path.parent for path in here}, inbox)


def _is_there(move: Move) -> bool:
    """Whether the same content lies at the target; half a copy, left by a crash, does not count."""
    target = move.target
    return target.is_file() and not target.is_symlink() and sha256_of(target) == move.file.sha256


def _bring(move: Move) -> None:
    """Move a file; one that has a second name outside is copied, or a change there would change what is kept."""
    source, target, info = move.file.path, move.target, move.file.path.lstat()
    if stat.S_ISREG(info.st_mode) and info.st_nlink > 1:
        _copy(source, target)
    else:
        try:
            source.replace(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            _copy(source, target)
    if move.sealed:
        target.chmod(0o444)


def _copy(source: Path, target: Path) -> None:
    """Copy to the target whole or not at all; the source goes once everything is on disk."""
    temporary = target.with_name(f".{target.name}.part")
    shutil.copyfile(source, temporary, follow_symlinks=False)
    if not temporary.is_symlink():
        sync(temporary)
    temporary.replace(target)


def _is_closed_folder(file: InboxFile) -> bool:
    """Tell a folder that nobody may open: it stays, and is told every night until someone opens it."""
    return file.kind == "closed" and file.path.is_dir()
