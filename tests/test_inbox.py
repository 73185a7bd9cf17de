"""Leaving the inbox: every file with its note or not at all, in whatever batches, over whatever disks."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline import inbox
from pipeline.inbox import InboxFile, scan, to_archive

OTHER_DISK = Path("/dev/shm")  # noqa: S108 - only where it is a file system of its own


def drop(home: Path, **contents: str) -> list[tuple[InboxFile, dict[str, Any]]]:
    for name, content in contents.items():
        (home / "inbox" / "a").mkdir(parents=True, exist_ok=True)
        (home / "inbox" / "a" / f"{name}.CSV").write_text(content, "utf-8")
    return [(file, {"sha256": file.sha256, "original_name": file.path.name}) for file in scan(home / "inbox")]


def archived(archive: Path) -> dict[str, str]:
    """Content of each archived file -> the name its note gives; every file must have one."""
    found = {}
    for path in archive.rglob("*.csv"):
        note = json.loads((path.parent / f"{path.stem}.a.json").read_text("utf-8"))
        assert note["sha256"] == path.stem == inbox.sha256_of(path)
        assert path.stat().st_mode & 0o777 == 0o444
        found[path.read_text("utf-8")] = note["original_name"]
    return found


def left(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "inbox").rglob("*") if path.is_file())


@pytest.mark.parametrize("batch", [1, 2, 500])
def test_files_go_with_their_notes_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    monkeypatch.setattr(inbox, "ARCHIVE_BATCH", batch)
    files = drop(tmp_path, one="1", two="2", twice="1", growing="3")
    (tmp_path / "inbox" / "a" / "growing.CSV").write_text("33", "utf-8")
    to_archive(files, tmp_path / "archive")
    assert left(tmp_path) == ["growing.CSV"], "a file that changed after the scan waits"
    assert sorted(archived(tmp_path / "archive")) == ["1", "2"]
    to_archive(files, tmp_path / "archive")
    assert left(tmp_path) == ["growing.CSV"], "again is harmless"
    assert not list((tmp_path / "archive").rglob("*.part"))


def test_bytes_that_are_there_already_keep_their_first_note(tmp_path: Path) -> None:
    to_archive(drop(tmp_path, first="1"), tmp_path / "archive")
    to_archive(drop(tmp_path, second="1"), tmp_path / "archive")
    assert archived(tmp_path / "archive") == {"1": "first.CSV"}
    assert left(tmp_path) == []


@pytest.fixture
def other_disk(tmp_path: Path) -> Iterator[Path]:
    if not OTHER_DISK.is_dir() or OTHER_DISK.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("no second file system here")
    folder = Path(tempfile.mkdtemp(dir=OTHER_DISK))
    yield folder
    shutil.rmtree(folder)


def test_an_archive_on_another_disk(tmp_path: Path, other_disk: Path) -> None:
    to_archive(drop(tmp_path, one="1", two="2"), other_disk)
    assert archived(other_disk) == {"1": "one.CSV", "2": "two.CSV"}
    assert left(tmp_path) == []
