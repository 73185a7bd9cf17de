"""What was written long ago is checked when it is read: archive, warehouse, backups.

A failure is told by another way.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.support.homes import growth_html, mail_operators_by, make_home, pipeline, rows, run
from tests.support.servers import running

if TYPE_CHECKING:
    from pathlib import Path

HARMS = ("empty", "text", "truncated", "flipped")
FOLLOWERS = "select date, followers from mart.account_daily order by date"


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home after two nights of one file each: 1010 followers on 1 June, 1030 on 2 June."""
    home = make_home(tmp_path_factory.mktemp("rot") / "home")
    for number, (day, new, total) in enumerate(
        (("2023-06-01", 10, 1010), ("2023-06-02", 20, 1030)), 1
    ):
        page = growth_html((day, str(new), "0", str(new), str(total)))
        (home / "inbox" / "main-wechat" / f"{number}.xls").write_text(page, "utf-8")
        run(home, day)
    return home


@pytest.fixture
def home(master: Path, tmp_path: Path) -> Path:
    return shutil.copytree(master, tmp_path / "home")


def archived(home: Path) -> Path:
    return next(path for path in sorted((home / "archive").glob("*/*")) if len(path.stem) == 64)


def harmed(data: bytes, harm: str) -> bytes:
    match harm:
        case "empty":
            return b""
        case "text":
            return b"this is no database\n" * 100
        case "truncated":
            return data[: len(data) // 2]
    return data[:200] + bytes([data[200] ^ 1]) + data[201:]


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(data)


@pytest.mark.parametrize("harm", ["flipped", "gone"])
def test_a_rotten_archive_stops_rebuild_and_backup_and_names_the_file(
    home: Path, harm: str
) -> None:
    victim = archived(home)
    if harm == "gone":
        shutil.rmtree(victim.parent)
    else:
        flip(victim)
    before = (home / "warehouse.duckdb").read_bytes()
    for words in (("rebuild", "--as-of", "2023-06-02"), ("backup",)):
        done = pipeline(home, *words)
        assert done.returncode == 1
        assert victim.stem in done.stderr
        assert "earlier backup" in done.stderr
    assert (home / "warehouse.duckdb").read_bytes() == before
    assert not list((home / "backup").glob("2*"))
    scrubbed = pipeline(home, "scrub")
    assert scrubbed.returncode == 3
    assert victim.stem in scrubbed.stdout
    accepted = pipeline(home, "rebuild", "--as-of", "2023-06-02", "--accept-loss")
    assert accepted.returncode == 3
    assert victim.stem in accepted.stdout
    assert len(rows(home, FOLLOWERS)) == 1  # the other day is there


def test_a_sound_home_is_sound(home: Path) -> None:
    assert pipeline(home, "backup").returncode == 0
    done = pipeline(home, "scrub")
    assert (done.returncode, done.stderr) == (0, "")
    flip(next((home / "backup").glob("*/pipeline.toml")))
    done = pipeline(home, "scrub")
    assert done.returncode == 3
    assert "is not what was backed up" in done.stdout


@pytest.mark.parametrize("harm", HARMS)
def test_a_broken_warehouse_names_the_way_out_and_rebuild_takes_it(home: Path, harm: str) -> None:
    right = rows(home, FOLLOWERS)
    warehouse = home / "warehouse.duckdb"
    data = warehouse.read_bytes()
    warehouse.chmod(0o644)
    warehouse.write_bytes(harmed(data, harm))
    for words in (
        ("status",),
        ("sql", FOLLOWERS),
        ("report", "scoreboard"),
        ("backup",),
        ("run", "--as-of", "2023-06-03"),
    ):
        done = pipeline(home, *words)
        assert done.returncode == 1, (words, done.stdout, done.stderr)
        assert "pipeline rebuild" in done.stderr + done.stdout, (words, done.stderr)
        assert "Traceback" not in done.stderr
    done = pipeline(home, "rebuild", "--as-of", "2023-06-02")
    assert done.returncode == 0, done.stderr
    assert "without the history of runs" in done.stdout
    assert rows(home, FOLLOWERS) == right


def test_operators_hear_of_a_broken_warehouse_once_a_day(home: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.mkdir()
    warehouse = home / "warehouse.duckdb"
    warehouse.chmod(0o644)
    warehouse.write_bytes(b"")
    with running("smtp", "accept", str(taken)) as port:
        mail_operators_by(home, port)
        first = pipeline(home, "report", "alerts", "--send")
        assert "sent  ops@example.org" in first.stdout, first.stderr
        pipeline(home, "report", "alerts", "--send")
    assert len(list(taken.glob("*.eml"))) == 1
