"""Move files out of the inbox: into archive/ by content, into quarantine/ with a reason."""

from __future__ import annotations

import errno
import json
import shutil
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.base.failpoints import failpoint
from pipeline.base.fsync import sync, sync_with_parents, write_atomic
from pipeline.ingest.files.filenames import free_names, plain_suffix
from pipeline.ingest.inbox import InboxFile, sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Move:
    """Where a file of the inbox is moved, and the text of the note written beside it.

    A note of '' leaves an existing note as it is.
    """

    file: InboxFile
    target: Path
    note: Path
    text: str
    sealed: bool = False  # read-only from then on


def to_archive(file: InboxFile, archive: Path, facts: dict[str, Any]) -> Move:
    """Plan `archive/ab/<sha256><suffix>` with `<sha256>.<source>.json`, the file's facts."""
    target = archive / file.sha256[:2] / f"{file.sha256}{plain_suffix(file.path)}"
    note = target.with_name(f"{file.sha256}.{file.source}.json")
    text = (
        ""
        if not facts or note.exists()
        else json.dumps(facts, ensure_ascii=False, indent=1, default=str)
    )
    return Move(file, target, note, text, sealed=True)


def to_quarantine(file: InboxFile, quarantine: Path, reason: str, taken: Collection[Path]) -> Move:
    """Plan `quarantine/<name>` with `<name>.reason.txt`.

    A name that another file has there, or will have (`taken`), is not used.
    """
    target, note = free_names(quarantine, file.path.name, file.sha256, reason, taken)
    return Move(file, target, note, reason)


def to_held(file: InboxFile, held: Path, reason: str, taken: Collection[Path]) -> Move:
    """Plan `held/<source>/<name>` with `<name>.reason.txt`, as in quarantine.

    Bytes that are held there already stay one file.
    """
    folder = held / file.source
    for path in folder.glob("*") if folder.is_dir() else ():
        is_like = path.is_file() and not path.is_symlink() and path.stat().st_size == file.size
        if is_like and sha256_of(path) == file.sha256:
            return Move(file, path, path.with_name(f"{path.name}.reason.txt"), "")
    return to_quarantine(file, folder, reason, taken)


def carry_out(moves: Sequence[Move], top: Path) -> list[str]:
    """Move files out of the inbox.

    Notes, then files, then what is left of copies, each on disk before the next begins.

    Repeating is harmless, and a power cut or a kill at any moment leaves each file in the inbox or,
    with its note, at its target.
    A file that changed since it was scanned stays. One that the disk does not take stays too:
    returns a line for each of these.
    """
    problems: list[str] = []
    moves = [
        move for move in moves if move.file.is_unchanged() and not _is_closed_folder(move.file)
    ]
    moves = [move for move in moves if _is_done(_write_note, move, problems)]
    folders = {move.target.parent for move in moves}
    sync_with_parents(folders, top)
    brought = [move for move in moves if _is_done(_bring_once, move, problems)]
    for move in moves:
        # replaced a moment ago: it stays
        if move.text and not move.target.exists() and not move.target.is_symlink():
            move.note.unlink(missing_ok=True)
    sync_with_parents(folders, top)
    for move in brought:
        _is_done(_clear, move, problems)
    return problems


def _is_done(action: Callable[[Move], None], move: Move, problems: list[str]) -> bool:
    """Do one thing to one file.

    False, and a line more in `problems`, when the disk does not take it.
    """
    try:
        action(move)
    except OSError as error:
        problems.append(
            f"{move.file.source}/{move.file.name}: {move.target.parent}: {error.strerror or error}"
        )
        return False
    return True


def _write_note(move: Move) -> None:
    move.target.parent.mkdir(parents=True, exist_ok=True)
    if move.text:
        write_atomic(move.note, move.text.encode())
        failpoint(f"noted {move.note.name}")


def _bring_once(move: Move) -> None:
    if move.file.is_unchanged() and not _is_there(move):
        _bring(move)
        failpoint(f"moved {move.target.name}")


def _clear(move: Move) -> None:
    """Delete a copy of what was there already, or of another disk's file."""
    if move.file.is_unchanged():
        move.file.path.unlink()
        failpoint(f"cleared {move.file.source}/{move.file.path.name}")


def make_durable(files: Sequence[InboxFile], inbox: Path) -> None:
    """Put dropped files on disk, for whoever dropped them may not have.

    What a night publishes must not lose its source.
    """
    here = [file.path for file in files if file.path.is_file() and not file.path.is_symlink()]
    sync(*here)
    sync_with_parents({path.parent for path in here}, inbox)


def _is_there(move: Move) -> bool:
    """Return whether the target has the same content; half a copy, left by a crash, does not count."""
    target = move.target
    return target.is_file() and not target.is_symlink() and sha256_of(target) == move.file.sha256


def _bring(move: Move) -> None:
    """Move a file to its target.

    A file with a second hard link is copied: a change through the other link would change the archive.
    """
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
    """Copy to the target whole or not at all; delete the source once everything is on disk."""
    temporary = target.with_name(f".{target.name}.part")
    try:
        shutil.copyfile(source, temporary, follow_symlinks=False)
        if not temporary.is_symlink():
            sync(temporary)
    except OSError:  # a full disk: half a copy would keep it full
        temporary.unlink(missing_ok=True)
        raise
    temporary.replace(target)


def _is_closed_folder(file: InboxFile) -> bool:
    """Return whether nobody may open the folder: it stays, reported nightly until someone opens it."""
    return file.kind == "closed" and file.path.is_dir()
