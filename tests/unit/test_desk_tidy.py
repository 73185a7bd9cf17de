"""What the desk keeps, and what it throws away once a day."""

from __future__ import annotations

import os
import time
from hashlib import sha256
from pathlib import Path

import pytest

from pipeline.config.decisions import append_decision
from pipeline.config.home import Home
from tests.support.homes import make_home
from web.access.sessions import Person
from web.changes import Changes
from web.desk import Desk
from web.refusal import Refusal
from web.tasks.decided import Decided
from web.uploads.multipart import Received
from web.uploads.quota import BYTES, FILES

UNIT = Person("unit_a", "unit", "黄浦区")
DAY = 86_400


@pytest.mark.parametrize(("state", "days", "stays"), [
    ("received", 29, True), ("received", 31, False),
    ("asked", 31, True),  # the office has not decided
    ("returned", 29, True), ("returned", 31, False),  # it may be brought back for a month
    ("withdrawn", 31, False), ("submitted", 1, False),  # in the inbox, or beyond
])  # fmt: skip
def test_the_bytes_of_an_upload(tmp_path: Path, state: str, days: int, stays: bool) -> None:
    desk = Desk(Home(make_home(tmp_path / "home")))
    received = Received(desk.files.incoming / "part", "五月.csv")
    received.path.write_bytes(b"one")
    received.sha256, received.size = sha256(b"one").hexdigest(), 3
    receipt = {"status": "ready", "layouts": [], "refused": [], "matches": {}, "warnings": []}
    upload = desk.files.keep(UNIT, received, receipt)
    then = time.time() - days * DAY
    at = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(then))
    desk.files.update(upload, state=state, at=at)
    path = desk.files.path(received.sha256)
    os.utime(path, (then, then))
    desk.tidy()
    assert path.exists() == stays
    desk.close()


def test_halves_and_what_was_never_noted(tmp_path: Path) -> None:
    desk = Desk(Home(make_home(tmp_path / "home")))
    ages = {"incoming/old": 2 * DAY, "incoming/new": 60, "files/old": 7_200, "files/new": 60}
    for name, age in ages.items():
        path = desk.folder / name
        path.write_bytes(b"half")
        os.utime(path, (time.time() - age,) * 2)
    desk.tidy()
    left = {str(path.relative_to(desk.folder)) for path in desk.folder.glob("*/*")}
    assert left == {"incoming/new", "files/new"}
    desk.close()


def test_a_day_holds_so_many_bytes_whatever_is_under_way(tmp_path: Path) -> None:
    """Two requests at once share a day; one that failed took nothing; a restart forgets nothing."""
    desk = Desk(Home(make_home(tmp_path / "home")))
    first, second = desk.quota.room(UNIT), desk.quota.room(UNIT)
    first.take(files=1, size=BYTES - 10)
    with pytest.raises(Refusal, match="quota"):
        second.take(size=11)
    second.take(size=10)
    second.give_back()
    first.keep()
    desk.close()
    desk = Desk(Home(tmp_path / "home"))
    again = desk.quota.room(UNIT)
    again.take(size=10)
    with pytest.raises(Refusal, match="quota"):
        again.take(size=1)
    desk.quota.room(Person("unit_b", "unit", "静安区")).take(files=FILES, size=BYTES)
    desk.close()


def test_a_day_holds_so_many_files(tmp_path: Path) -> None:
    desk = Desk(Home(make_home(tmp_path / "home")))
    room = desk.quota.room(UNIT)
    room.take(files=FILES)
    with pytest.raises(Refusal, match="quota") as told:
        room.take(files=1)
    assert told.value.status == 413
    desk.close()


def test_last_months_changes_are_put_aside(tmp_path: Path) -> None:
    old = '{"at": "2023-06-30T09:00:00+00:00", "by": "a", "did": "login", "subject": ""}\n'
    (tmp_path / "changes.jsonl").write_text(old, "utf-8")
    ancient = tmp_path / "changes-2019-01.jsonl"
    ancient.write_text("{}\n", "utf-8")
    os.utime(ancient, (time.time() - 4 * 366 * DAY,) * 2)
    changes = Changes(tmp_path)
    changes.note("b", "login", "")
    changes.sweep()
    changes.note("c", "login", "")
    changes.sweep()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "changes-2023-06.jsonl", "changes.jsonl"
    ]  # fmt: skip
    assert len((tmp_path / "changes-2023-06.jsonl").read_text("utf-8").splitlines()) == 2
    assert '"by": "c"' in (tmp_path / "changes.jsonl").read_text("utf-8")


def test_decisions_are_read_on_and_again_when_somebody_mended_the_file(tmp_path: Path) -> None:
    home = Home(make_home(tmp_path / "home"))
    decided = Decided(home)
    assert not decided.has("unit", "某处")
    append_decision(home, "unit", "某处", "黄浦区", by="a")
    assert decided.has("unit", "某处")
    append_decision(home, "tone", "m1", "正面", by="a")
    append_decision(home, "unit", "某处", None, by="a")
    assert not decided.has("unit", "某处")
    assert decided.has("tone", "m1")
    text = home.decisions.read_text("utf-8")
    home.decisions.write_text(text.replace('"m1"', '"another mention"'), "utf-8")
    assert not decided.has("tone", "m1")
    assert decided.has("tone", "another mention")
