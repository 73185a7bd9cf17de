"""The inbox: what lies there, where it goes when the night is published."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ARCHIVE_BATCH = 500
_OF_THE_SYSTEM = frozenset({"thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class InboxFile:
    """One file waiting; `source` is the folder right under inbox/, or '' for a stray file."""

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
    found = [_describe(path, inbox) for path in inbox.rglob("*") if _is_waiting(path)]
    return sorted(found, key=lambda file: (file.modified_ns, file.path.name, file.source))


def _is_waiting(path: Path) -> bool:
    ours = not path.name.startswith(".") and path.name.lower() not in _OF_THE_SYSTEM
    return ours and (path.is_symlink() or path.is_file())


def _describe(path: Path, inbox: Path) -> InboxFile:
    parts = path.relative_to(inbox).parts
    stat = path.lstat()
    content = str(path.readlink()).encode() if path.is_symlink() else None
    digest = hashlib.sha256(content).hexdigest() if content is not None else sha256_of(path)
    return InboxFile(path, parts[0] if len(parts) > 1 else "", digest, stat.st_size, stat.st_mtime_ns)


def sha256_of(path: Path) -> str:
    """Return the digest of a file's content, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def to_archive(files: Sequence[tuple[InboxFile, dict[str, Any]]], archive: Path) -> None:
    """Move files to `archive/ab/<sha256><suffix>` and note their facts beside them; repeating is harmless.

    A batch at a time: all notes are written, then all flushed (the first flush carries the others), then all named, then the
    files moved (their content flushed too), then each folder flushed once. A power cut at any point leaves a file in the inbox or in the archive with its note.
    """
    for start in range(0, len(files), ARCHIVE_BATCH):
        batch = files[start : start + ARCHIVE_BATCH]
        kept = [(file, facts, _place_in(archive, file)) for file, facts in batch if file.is_unchanged()]
        folders = {target.parent for _, _, target in kept}
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
        notes = [
            (target.with_name(f"{file.sha256}.{file.source}.json"), facts) for file, facts, target in kept if facts
        ]
        write_all_whole({note: _as_json(facts) for note, facts in notes if not note.exists()})
        for file, _, _ in kept:
            _flush(file.path)
        for folder in folders:
            sync_folder(folder)
        for file, _, target in kept:
            if target.exists():
                file.path.unlink()
            else:
                _move(file.path, target)
                target.chmod(0o444)
        for folder in folders:
            sync_folder(folder)


def _place_in(archive: Path, file: InboxFile) -> Path:
    return archive / file.sha256[:2] / f"{file.sha256}{file.path.suffix.lower()}"


def _as_json(facts: dict[str, Any]) -> bytes:
    return json.dumps(facts, ensure_ascii=False, indent=1, default=str).encode()


def to_quarantine(file: InboxFile, quarantine: Path, reason: str) -> None:
    """Move a file to `quarantine/<name>` with `<name>.reason.txt`; an older file of that name is kept."""
    if not file.is_unchanged():
        return
    quarantine.mkdir(parents=True, exist_ok=True)
    target = _free_name(quarantine, file)
    write_whole(target.with_name(f"{target.name}.reason.txt"), reason.encode())
    _move(file.path, target)
    sync_folder(quarantine)


def _free_name(folder: Path, file: InboxFile) -> Path:
    target = folder / file.path.name
    if target.exists() and not target.is_symlink() and sha256_of(target) != file.sha256:
        target = folder / f"{file.path.stem}.{file.sha256[:8]}{file.path.suffix}"
    return target


def _move(source: Path, target: Path) -> None:
    """Rename; across file systems copy, and let go of the source only when the copy is on the disk."""
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        temporary = target.with_name(f".{target.name}.part")
        shutil.copyfile(source, temporary, follow_symlinks=False)
        if not temporary.is_symlink():
            _flush(temporary)
        temporary.replace(target)
        sync_folder(target.parent)
        source.unlink()


def write_whole(path: Path, content: bytes) -> None:
    """Write so that the file is there whole or not at all; `sync_folder` makes its name survive a power cut too."""
    write_all_whole({path: content})


def write_all_whole(contents: dict[Path, bytes]) -> None:
    """Write many so; none has its name before all are on the disk."""
    parts = {path.with_name(f".{path.name}.part"): path for path in contents}
    for part, path in parts.items():
        part.write_bytes(contents[path])
    for part in parts:
        _flush(part)
    for part, path in parts.items():
        part.replace(path)


def _flush(path: Path) -> None:
    """Wait until a file's content is on the disk."""
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
