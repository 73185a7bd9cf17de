"""A path, share or disk that gives an error costs that entry only.

It is named, and the night goes on.
"""

from __future__ import annotations

import errno
import hashlib
import os
import threading
import zipfile
from pathlib import Path

import pytest

from pipeline.ingest import inbox
from tests.support.homes import growth_html, make_home, pipeline, rows, run

DAY = growth_html(("2023-06-01", "10", "0", "10", "1010"))
FOLLOWERS = (
    "select date, followers from mart.account_daily where followers is not null order by date"
)


def make_deep(folder: Path, name: str, content: bytes, *, beyond: int) -> None:
    """Write a file whose path is `beyond` bytes longer than PATH_MAX (negative.

    Shorter), folder by folder as a share's client does.
    """
    handle, length = os.open(folder, os.O_RDONLY), len(os.fsencode(folder))
    wanted = os.pathconf("/", "PC_PATH_MAX") - 1 + beyond - len(name) - 1
    while length < wanted:
        part = "d" * (min(200, wanted - length - 1) if wanted - length != 202 else 100)
        os.mkdir(part, dir_fd=handle)
        below = os.open(part, os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle, length = below, length + 1 + len(part)
    file = os.open(name, os.O_WRONLY | os.O_CREAT, dir_fd=handle)
    os.write(file, content)
    os.close(file)
    os.close(handle)


@pytest.mark.parametrize(
    "beyond", [1, 300], ids=["the file's path is too long", "its folder's path too"]
)
def test_a_path_beyond_what_the_system_takes_is_named_and_the_night_goes_on(
    tmp_path: Path, beyond: int
) -> None:
    home = make_home(tmp_path / "home")
    (home / "inbox" / "main-wechat" / "a.xls").write_text(DAY, "utf-8")
    make_deep(home / "inbox" / "side-wechat", "deep.xls", DAY.encode(), beyond=beyond)
    for loaded in (1, 0):
        result = run(home, "2023-06-01", 3)
        assert result["files"] == {"loaded": loaded, "duplicate": 0, "quarantined": 0, "growing": 1}
        (left,) = result["unavailable"]
        assert left.startswith("side-wechat/")
    assert [followers for _, followers in rows(home, FOLLOWERS)] == [1010]


def test_an_archive_beside_which_no_longer_name_fits_ends_no_night(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    packed = tmp_path / "packed.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"{'n' * 100}.xls", DAY)
    make_deep(home / "inbox" / "main-wechat", "packed.zip", packed.read_bytes(), beyond=-1)
    assert run(home, "2023-06-01", 3)["files"]["quarantined"] == 1


@pytest.mark.parametrize("code", [errno.EIO, errno.ESTALE, errno.ENOTCONN, errno.EHOSTDOWN])
def test_a_dead_share_is_one_entry_that_names_the_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    for name in ("alive", "dead"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.csv").write_text(name, "utf-8")
    listed = os.scandir

    def scandir(path: str | Path) -> object:
        if Path(path).name == "dead":
            raise OSError(code, os.strerror(code), str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)  # no share can be mounted, and die, in a test
    found = {file.path.name: (file.sha256 != "", file.problem) for file in inbox.scan(tmp_path)}
    assert found == {"a.csv": (True, ""), "dead": (False, os.strerror(code))}


def test_a_share_that_never_answers_is_one_entry_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("alive", "dead", "later"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.csv").write_text(name, "utf-8")
    listed, never = os.scandir, threading.Event()

    def scandir(path: str | Path) -> object:
        if Path(path).name == "dead":
            never.wait()
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)  # no share can be mounted, and hang, in a test
    monkeypatch.setattr(inbox, "PATIENCE", 0.5)
    try:
        found = {
            str(file.path.relative_to(tmp_path)): file.problem for file in inbox.scan(tmp_path)
        }
        assert found == {
            "alive/a.csv": "",
            "dead": "no answer for 0 s: a dead share?",
            "later/a.csv": "",
        }
        assert inbox.zips(tmp_path) == []
        assert inbox.count_waiting(tmp_path, 0.5) == 2
    finally:
        never.set()


def test_an_archive_that_takes_nothing_is_named_and_healed_and_nothing_lands_twice(
    tmp_path: Path,
) -> None:
    home = make_home(tmp_path / "home")
    (home / "inbox" / "main-wechat" / "a.xls").write_text(DAY, "utf-8")
    # as a full or broken disk: no file can be made there
    (home / "archive").write_text("no folder", "utf-8")
    result = run(home, "2023-06-01", 3)
    assert result["status"] == "published"
    assert [line.split(":")[0] for line in result["not_archived"]] == ["main-wechat/a.xls"]
    assert [followers for _, followers in rows(home, FOLLOWERS)] == [1010]
    refused = pipeline(home, "backup")
    assert refused.returncode == 1
    assert "inbox/main-wechat/a.xls counts, but is not archived yet" in refused.stderr
    (home / "archive").unlink()
    healed = run(home, "2023-06-01")
    assert (healed["not_archived"], healed["files"]["duplicate"]) == ([], 1)
    assert rows(
        home, "select count(*), count(distinct load_seq) from raw.wechat_follower_daily"
    ) == [(1, 1)]
    assert not [path for path in (home / "inbox").rglob("*") if path.is_file()]
    assert pipeline(home, "backup").returncode == 0
    assert pipeline(home, "rebuild", "--as-of", "2023-06-01").returncode == 0
    assert [followers for _, followers in rows(home, FOLLOWERS)] == [1010]


def test_one_file_that_the_archive_refuses_keeps_no_other_back(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    drops = {}
    for number in (1, 2):
        page = growth_html((f"2023-06-0{number}", "10", "0", "10", f"10{number}0"))
        drops[number] = home / "inbox" / "main-wechat" / f"{number}.xls"
        drops[number].write_text(page, "utf-8")
    digest = hashlib.sha256(drops[1].read_bytes()).hexdigest()
    (home / "archive").mkdir()
    (home / "archive" / digest[:2]).write_text("", "utf-8")
    assert len(run(home, "2023-06-02", 3)["not_archived"]) == 1
    assert [drops[1].exists(), drops[2].exists()] == [True, False]


def test_a_file_that_begins_with_a_dot_is_named_and_what_programs_leave_is_not(
    tmp_path: Path,
) -> None:
    home = make_home(tmp_path / "home")
    for name in (".a.xls.Xy12", ".DS_Store", "._a.xls", ".~lock.a.xlsx#", ".a.xls.part"):
        (home / "inbox" / "main-wechat" / name).write_text(DAY, "utf-8")
    result = run(home, "2023-06-01", 3)
    assert result["unavailable"] == ["main-wechat/.a.xls.Xy12"]
    assert len(list((home / "inbox" / "main-wechat").iterdir())) == 5


def test_an_apostrophe_in_the_homes_path(tmp_path: Path) -> None:
    home = make_home(tmp_path / 'the office\'s "home"')
    (home / "inbox" / "main-wechat" / "a.xls").write_text(DAY, "utf-8")
    run(home, "2023-06-01")
    safe = pipeline(home, "backup").stdout.strip()
    for words in (("status",), ("sql", FOLLOWERS), ("export", str(tmp_path / "it's out")),
        ("export", "lake", str(tmp_path / "it's a lake")), ("rebuild", "--as-of", "2023-06-01"),
        ("backup", "--drill", safe)):  # fmt: skip
        done = pipeline(home, *words)
        assert done.returncode == 0, (words, done.stderr)
