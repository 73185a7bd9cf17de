"""Backup and restore of a home.

Everything that cannot be made again, with a manifest, whole or not at all.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.base.errors import ConfigError, PipelineError
from pipeline.base.fsync import sync, sync_with_parents, write_atomic
from pipeline.base.lock import held
from pipeline.config.checkout import PLANS
from pipeline.config.plans.years import pinned_file
from pipeline.ingest.inbox import sha256_of
from pipeline.run.keep.archive_check import require_whole
from pipeline.warehouse.publish import open_published, run_lock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.config.home import Home

# Generated files (output/, .build/) and locks can be made again.
KEPT = (
    "warehouse.duckdb",
    "schedule.jsonl",
    "decisions.jsonl",
    "held",
    "outbox.sqlite",
    "inbox",
    "archive",
    "quarantine",
    "layouts",
    "plans",
    "transforms",
    "charts",
    "notes",
    "notified.json",
    "desk",
)
KEPT_FILES = ("*.toml", "*.csv")  # settings and what a person may put beside them
MANIFEST = "manifest.json"
_NAME = "%Y%m%dT%H%M%SZ"
_WAIT = 600.0


def backup(home: Home, to: Path, keep: int) -> Path:
    """Write <to>/<UTC time>/ and drop all but the newest `keep`; waits for a run under way.

    Returns the folder.
    """
    to.mkdir(parents=True, exist_ok=True)
    with held(
        home.root / ".backup.lock", "another backup of this home is being made. Wait until it ends."
    ):
        return _backup(home, to, keep)


def _backup(home: Home, to: Path, keep: int) -> Path:
    for left in to.glob(".*.part"):  # of one that was killed
        shutil.rmtree(left, ignore_errors=True)
    name = _name(to)
    part, done = to / f".{name}.part", to / name
    part.mkdir()
    with run_lock(home, wait_seconds=_WAIT):
        require_whole(home, "no backup was made")
        _require_opens(home)
        for path in _sources(home, to):
            with suppress(*([FileNotFoundError] if home.root / "desk" in path.parents else [])):
                _copy(path, part / path.relative_to(home.root))  # the desk works on meanwhile
    manifest = {str(path.relative_to(part)): sha256_of(path) for path in _files(part)}
    write_atomic(part / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=0).encode())
    sync_with_parents((path for path in part.rglob("*") if path.is_dir()), part)
    sync(part)
    part.replace(done)
    sync(to)
    for old in whole_backups(to)[:-keep]:
        shutil.rmtree(old)
    return done


def _require_opens(home: Home) -> None:
    """Raise BrokenWarehouseError when the warehouse is broken.

    A copy of it would push out a backup that can be used.
    """
    if home.warehouse.exists():
        with open_published(home) as con:
            con.execute("select count(*) from ops.run").fetchall()


def whole_backups(to: Path) -> list[Path]:
    """Return whole backups, oldest first."""
    return sorted(path for path in to.iterdir() if (path / MANIFEST).is_file())


def _name(to: Path) -> str:
    """Return the UTC time as a name after every other one's, also when the clock was set back.

    The newest must not go as the oldest.
    """
    now = datetime.now(UTC)
    for last in whole_backups(to)[-1:]:
        with suppress(ValueError):  # a folder that a person named
            now = max(
                now, datetime.strptime(last.name, _NAME).replace(tzinfo=UTC) + timedelta(seconds=1)
            )
    return now.strftime(_NAME)


def verify(folder: Path) -> int:
    """Compare a backup with its manifest.

    Returns how many files are right, raises PipelineError naming the first that is not.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise PipelineError(
            f"{folder} is no backup: it has no {MANIFEST}. Give the folder that `backup` printed."
        )
    manifest: dict[str, str] = json.loads(path.read_text("utf-8"))
    there = {str(file.relative_to(folder)) for file in _files(folder)} - {MANIFEST}
    if odd := sorted(there ^ set(manifest)):
        raise PipelineError(
            f"{folder}: {odd[0]} is "
            f"{'not in the manifest' if odd[0] in there else 'missing'}. Use another backup."
        )
    for name, digest in manifest.items():
        if sha256_of(folder / name) != digest:
            raise PipelineError(f"{folder / name} is not what was backed up. Use another backup.")
    return len(manifest)


def restore(folder: Path, home: Home) -> int:
    """Put a verified backup into an empty home; returns the number of files."""
    if home.root.exists() and any(home.root.iterdir()):
        raise PipelineError(
            f"{home.root} is not empty. Restore into a new folder, compare, then swap the two."
        )
    count = verify(folder)
    for path in _files(folder):
        if path.name != MANIFEST or path.parent != folder:
            _copy(path, home.root / path.relative_to(folder))
    if home.warehouse.exists():
        home.warehouse.chmod(0o444)
    home.make_inbox(account.id for account in home.settings().accounts)
    return count


def named_files(home: Home) -> tuple[list[Path], list[Path]]:
    """Return what pipeline.toml names.

    The files within the home, and those outside, which no backup of the home holds.
    """
    try:
        settings = home.settings()
    except ConfigError:  # it is copied as it is
        return [], []
    plan = pinned_file(home, settings)
    beside = [plan, plan.with_name("corrections.toml")] if plan and plan.parent != PLANS else []
    named = [
        *beside,
        *([home.root / settings.mail.ca_file] if settings.mail and settings.mail.ca_file else []),
    ]
    found = [path for path in named if path.is_file()]
    root = home.root.resolve()
    inside = [
        home.root / path.resolve().relative_to(root)
        for path in found
        if path.resolve().is_relative_to(root)
    ]
    return inside, [path for path in found if not path.resolve().is_relative_to(root)]


def _sources(home: Home, to: Path) -> Iterator[Path]:
    kept = [home.root / name for name in KEPT] + [
        path for pattern in KEPT_FILES for path in home.root.glob(pattern)
    ]
    paths = [path for root in (*kept, *named_files(home)[0]) for path in _files(root)]
    yield from (
        path
        for path in dict.fromkeys(paths)
        if to not in path.parents and not _is_passing(home, path)
    )


def _is_passing(home: Home, path: Path) -> bool:
    """Recognise what of the desk is not worth keeping: halves of uploads, SQLite's own working files."""
    desk = home.root / "desk"
    return desk in path.parents and (
        path.parent == desk / "incoming" or path.name.endswith(("-wal", "-shm", ".part"))
    )


def _files(root: Path) -> list[Path]:
    """Return a file itself, or the files under a folder; links are not followed."""
    if root.is_file():
        return [root]
    return sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())


def _copy(source: Path, target: Path) -> None:
    """Copy with times.

    The outbox and the desk's notes through SQLite's own backup, so that what is being written does
    not tear them.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.name in ("outbox.sqlite", "desk.sqlite"):
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
        target.chmod(0o600)
    else:
        shutil.copy2(source, target)
    with target.open("rb") as handle:
        os.fsync(handle.fileno())
