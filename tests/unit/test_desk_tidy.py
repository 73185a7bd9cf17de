"""What the desk keeps, and what it throws away once a day."""

from __future__ import annotations

import os
import time
from hashlib import sha256
from pathlib import Path

import pytest

from pipeline.config.home import Home
from tests.support.homes import make_home
from web.access.sessions import Person
from web.desk import Desk
from web.uploads.multipart import Received

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
