"""Many uploads through a running desk, then a month in which nobody comes: memory, files, times.

`python -m benchmarks.desk_uploads [COUNT] [--write]`: of four uploads one is taken in, one is the same file
again, one has rows to mend, one is no export. Half of what was handed in is taken back.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
import time
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from benchmarks.machine import machine, write_between
from pipeline.config.checkout import CHECKOUT
from pipeline.config.home import Home
from tests.support.desk import PASSWORD, Client, add_people, log_in, serving
from tests.support.desk_files import CONFIG, LEDGER, days
from tests.support.homes import make_home, pipeline, run
from web.access.passwords import hash_password
from web.access.users import Users
from web.uploads.quota import FILES

AWAY = 40  # days
HEAD = (
    "| when | uploads | desk, MB | checking processes, MB | open handles | files of the desk | its notes, MB "
    "| 交数据 opens in |"
)


class State(NamedTuple):
    """What the desk takes at one moment."""

    when: str
    uploads: int
    web: float
    checkers: float
    handles: int
    files: int
    notes: float
    page: float

    @property
    def line(self) -> str:
        """A line of the table."""
        shown = (
            self.when, f"{self.uploads:,}", f"{self.web:.0f}", f"{self.checkers:.0f}", self.handles,
            f"{self.files:,}", f"{self.notes:.1f}", f"{self.page:.0f} ms",
        )  # fmt: skip
        return f"| {' | '.join(map(str, shown))} |"


def main(count: int, *, write: bool = False) -> None:
    """Measure, print, and write the table if asked."""
    with tempfile.TemporaryDirectory() as folder:
        home = make_home(Path(folder) / "home", CONFIG)
        (home / "inbox" / "a-wechat").mkdir(exist_ok=True)
        (home / "inbox" / "a-wechat" / "growth.xls").write_text(
            days(date(2023, 6, 1), 10, 50_000), "utf-8"
        )
        run(home, "2023-06-11")
        add_people(home)
        _add_more(home, count)
        states = _uploads(home, count)
        pipeline(home, "run", "--as-of", "2023-06-12")
        _month_passes(home)
        with serving(home) as base:
            states.append(
                _state(f"{AWAY} days later, started again", home, count, log_in(base, "unit_a"))
            )
    lines = [f"{machine()}.", "", HEAD, "|---" * 8 + "|", *(state.line for state in states)]
    print("\n".join(lines))
    if write:
        write_between(CHECKOUT / "docs" / "benchmarks.md", "desk-uploads", lines)


def _add_more(home: Path, count: int) -> None:
    """Add people of one unit: each may hand in FILES a day."""
    users, hashed = Users(Home(home)), hash_password("nobody", PASSWORD)
    for number in range(count // FILES + 1):
        users.add(f"district_{number}", "unit", "黄浦区")
        users.set_hash(f"district_{number}", hashed)


def _uploads(home: Path, count: int) -> list[State]:
    states = []
    with serving(home) as base:
        for number in range(count):
            if number % 50 == 0:  # people come and go
                client = log_in(base, f"district_{number // FILES}")
            _one(client, home, number)
            if number % 50 == 49 and number + 1 < count:
                client.post("/logout")
            if number + 1 in (count // 10, count // 2, count):
                states.append(_state("while they come", home, number + 1, log_in(base, "unit_a")))
    return states


def _one(client: Client, home: Path, number: int) -> None:
    kind, turn = number % 4, number // 4
    path = home.parent / f"交来的{number % 7}.csv"
    if kind != 1:  # else the file of before, again
        path.write_text(_text(kind, turn), "utf-8")
    else:
        path = home.parent / f"交来的{(number - 1) % 7}.csv"
    receipt = client.hand_in(path)
    if kind == 0:
        address = f"/api/files/{receipt['sha256']}"
        sent = client.post(f"{address}/submit", json={"source": "黄浦区"})
        if sent.status_code != 200:
            raise SystemExit(f"submit {number}: {sent.text}")
        if turn % 2:
            client.call("DELETE", address)


def _text(kind: int, turn: int) -> str:
    if kind == 3:
        return f"菜名,价格\n红烧肉,{turn}\n"
    day = date(2023, 1, 1) + timedelta(days=turn % 150)
    rows = [f"第{turn}-{row}场,进社区,{day},广场,黄浦区,{30 + row}" for row in range(20)]
    if kind == 2:
        rows += [f"无日期{turn}-{row},进社区,某日,广场,黄浦区,30" for row in range(20)]
    return LEDGER + "\n".join(rows) + "\n"


def _state(when: str, home: Path, uploads: int, client: Client) -> State:
    began = time.monotonic()
    if client.page("/upload").status_code != 200:
        raise SystemExit("the page does not open")
    page = 1000 * (time.monotonic() - began)
    web, *others = _tree(home)
    folder = home / "desk"
    return State(
        when, uploads, _megabytes(web), sum(map(_megabytes, others)),
        len(list(Path(f"/proc/{web}/fd").iterdir())),
        sum(1 for path in folder.rglob("*") if path.is_file()),
        sum(path.stat().st_size for path in folder.glob("desk.sqlite*")) / (1 << 20), page,
    )  # fmt: skip


def _tree(home: Path) -> list[int]:
    """Return the desk's process and those below it."""
    parents: dict[int, int] = {}
    root = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (folder / "cmdline").read_bytes().split(b"\0")
            parents[int(folder.name)] = int(
                (folder / "stat").read_text().rpartition(")")[2].split()[1]
            )
            if b"serve" in words and str(home).encode() in words:
                root = int(folder.name)
    below = [root]
    for one in below:
        below += [child for child, parent in parents.items() if parent == one]
    return below


def _megabytes(process: int) -> float:
    with suppress(OSError):
        pages = int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGESIZE") / (1 << 20)
    return 0.0


def _month_passes(home: Path) -> None:
    """Make every note and file of the desk as old as if nobody had come for so long."""
    then = time.time() - AWAY * 86_400
    said = datetime.fromtimestamp(then, UTC).isoformat()
    with sqlite3.connect(home / "desk" / "desk.sqlite") as con:
        con.execute("update upload set at = ?", [said])
        con.execute("update session set began = ?", [int(then)])
    for path in (home / "desk").rglob("*"):
        if path.is_file() and not path.name.startswith("desk.sqlite"):
            os.utime(path, (then, then))


if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if word != "--write"]
    main(int(given[0]) if given else 10_000, write="--write" in sys.argv)
