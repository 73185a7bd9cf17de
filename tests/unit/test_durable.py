"""Files leave the inbox whole.

Over a filesystem's edge, beside a copy, over a torn one, with two of one name.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from pipeline.ingest.archive import Move, carry_out, to_archive, to_quarantine
from pipeline.ingest.inbox import scan

FACTS = {"load_seq": 1}


def dropped(home: Path, name: str, text: str) -> None:
    path = home / "inbox" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def moves(home: Path, archive: Path) -> list[Move]:
    return [to_archive(file, archive, FACTS) for file in scan(home / "inbox")]


def left(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text("utf-8")
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_an_archive_on_another_disk(tmp_path: Path) -> None:
    shm = Path("/dev/shm")  # noqa: S108 - a second filesystem, in a folder of our own
    if not shm.is_dir() or shm.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("no second filesystem")
    dropped(tmp_path, "main/a.csv", "a")
    with tempfile.TemporaryDirectory(dir=shm) as name:
        (tmp_path / "archive").symlink_to(name)
        carry_out(moves(tmp_path, tmp_path / "archive"), tmp_path)
        assert sorted(left(Path(name)).values()) == ["a", '{\n "load_seq": 1\n}']
        assert not any(path.name.endswith(".part") for path in Path(name).rglob("*"))
        (stored,) = Path(name).rglob("*.csv")
        assert stored.stat().st_mode & 0o777 == 0o444
    assert left(tmp_path / "inbox") == {}


def test_a_torn_copy_is_replaced_and_a_whole_one_kept(tmp_path: Path) -> None:
    dropped(tmp_path, "main/a.csv", "whole")
    (move,) = moves(tmp_path, tmp_path / "archive")
    move.target.parent.mkdir(parents=True)
    move.target.write_text("who", "utf-8")  # as a power cut leaves it
    carry_out([move], tmp_path)
    assert move.target.read_text("utf-8") == "whole"
    before = move.target.stat().st_ino
    dropped(tmp_path, "main/again.csv", "whole")
    carry_out(moves(tmp_path, tmp_path / "archive"), tmp_path)
    assert (left(tmp_path / "inbox"), move.target.stat().st_ino) == ({}, before)


def test_the_same_bytes_in_two_folders_leave_one_file_and_two_notes(tmp_path: Path) -> None:
    dropped(tmp_path, "main/a.csv", "same")
    dropped(tmp_path, "side/b.csv", "same")
    carry_out(moves(tmp_path, tmp_path / "archive"), tmp_path)
    assert sorted(Path(name).suffixes[0] for name in left(tmp_path / "archive")) == [
        ".csv",
        ".main",
        ".side",
    ]
    assert left(tmp_path / "inbox") == {}


def test_a_file_replaced_since_it_was_read_stays_and_leaves_no_note(tmp_path: Path) -> None:
    dropped(tmp_path, "main/a.csv", "read")
    planned = moves(tmp_path, tmp_path / "archive")
    dropped(tmp_path, "main/a.csv", "newer, and longer")
    carry_out(planned, tmp_path)
    assert left(tmp_path / "inbox") == {"main/a.csv": "newer, and longer"}
    assert left(tmp_path / "archive") == {}


def test_two_bad_files_of_one_name_are_both_kept(tmp_path: Path) -> None:
    dropped(tmp_path, "main/x.html", "one")
    dropped(tmp_path, "side/x.html", "two")
    planned: list[Move] = []
    for file in scan(tmp_path / "inbox"):
        planned.append(
            to_quarantine(file, tmp_path / "quarantine", "why", {move.target for move in planned})
        )
    carry_out(planned, tmp_path)
    found = left(tmp_path / "quarantine")
    assert sorted(found.values()) == ["one", "two", "why", "why"]
    assert "x.html" in found
