"""The inbox: what lies there, where it goes when the night is published."""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pipeline.durable import sync, sync_with_parents, write_whole
from pipeline.moments import passing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_OF_THE_SYSTEM = frozenset({"thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class InboxFile:
    """One file waiting; `source` is the folder right under inbox/, or '' for a stray file; `sha256` is '' when it cannot be read."""

    path: Path
    source: str
    sha256: str
    size: int
    modified_ns: int

    @property
    def modified_at(self) -> datetime:
        """Modification time with zone."""
        return datetime.fromtimestamp(self.modified_ns / 1e9, UTC)

    def is_unchanged(self) -> bool:
        """Tell whether the file is still the one that was scanned (a download may be growing)."""
        try:
            stat = self.path.lstat()
        except FileNotFoundError:
            return False
        return (stat.st_size, stat.st_mtime_ns) == (self.size, self.modified_ns)


def scan(inbox: Path) -> list[InboxFile]:
    """Return all waiting files, oldest modification first, then by name."""
    found = [file for path in inbox.rglob("*") if _is_waiting(path) and (file := _describe(path, inbox))]
    return sorted(found, key=lambda file: (file.modified_ns, file.path.name, file.source))


def _is_waiting(path: Path) -> bool:
    ours = not path.name.startswith(".") and path.name.lower() not in _OF_THE_SYSTEM
    return ours and (path.is_symlink() or path.is_file())


def _describe(path: Path, inbox: Path) -> InboxFile | None:
    """Return what waits, without a digest when it cannot be read; None when it is gone meanwhile."""
    parts = path.relative_to(inbox).parts
    try:
        stat = path.lstat()
        digest = hashlib.sha256(str(path.readlink()).encode()).hexdigest() if path.is_symlink() else _digest(path)
    except FileNotFoundError:
        return None
    return InboxFile(path, parts[0] if len(parts) > 1 else "", digest, stat.st_size, stat.st_mtime_ns)


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
    target = archive / file.sha256[:2] / f"{file.sha256}{file.path.suffix.lower()}"
    note = target.with_name(f"{file.sha256}.{file.source}.json")
    text = "" if not facts or note.exists() else json.dumps(facts, ensure_ascii=False, indent=1, default=str)
    return Move(file, target, note, text, sealed=True)


def to_quarantine(file: InboxFile, quarantine: Path, reason: str, taken: Iterable[Path]) -> Move:
    """Plan `quarantine/<name>` with `<name>.reason.txt`; other files of that name, there or planned (`taken`), are kept."""
    target = quarantine / file.path.name
    other = target.exists() and not target.is_symlink() and sha256_of(target) != file.sha256
    if other or target in taken:
        target = quarantine / f"{file.path.stem}.{file.sha256[:8]}{file.path.suffix}"
    return Move(file, target, target.with_name(f"{target.name}.reason.txt"), reason)


def carry_out(moves: Sequence[Move], top: Path) -> None:
    """Move files out of the inbox: notes, then files, then what is left of copies, each on disk before the next begins.

    Repeating is harmless, and a power cut or a kill at any moment leaves each file in the inbox or, with its note, at its target.
    A file that changed since it was scanned stays.
    """
    moves = [move for move in moves if move.file.is_unchanged()]
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
    source, target = move.file.path, move.target
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        temporary = target.with_name(f".{target.name}.part")
        shutil.copyfile(source, temporary, follow_symlinks=False)
        if not temporary.is_symlink():
            sync(temporary)
        temporary.replace(target)
    if move.sealed:
        target.chmod(0o444)
