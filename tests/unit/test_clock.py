"""A clock that was set back decides nothing.

Runs keep their order, backups the newest, mails and jobs their turn.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from pipeline.base.run_ids import day_of, next_run_id
from pipeline.config.home import Home
from pipeline.mail.outbox import Item, Outbox
from pipeline.run.keep import backup as backups
from pipeline.schedule import scheduler as scheduling
from pipeline.schedule.job_log import JobLog
from pipeline.schedule.jobs import Job
from pipeline.schedule.scheduler import Scheduler, missed
from tests.support.homes import make_home

ZONE = ZoneInfo("Asia/Shanghai")
NIGHTLY = Job("nightly", "02:30", (("run",),))


@pytest.mark.parametrize(
    ("known", "started", "wanted"),
    [
        ([], "2026-11-26T18:30:00.000001", "20261126T183000.000001Z"),
        (["20261125T183000.000000Z"], "2026-11-26T18:30:00", "20261126T183000.000000Z"),
        # the same microsecond
        (["20261126T183000.000000Z"], "2026-11-26T18:30:00", "20261126T183000.000001Z"),
        (
            ["20261126T183000.999999Z", "20250101T000000.000000Z"],
            "2026-11-26T15:00:00",
            "20261126T183001.000000Z",
        ),
        (["by hand"], "2026-11-26T18:30:00", "20261126T183000.000000Z"),
    ],
)
def test_a_run_sorts_after_every_run_before_it(known: list[str], started: str, wanted: str) -> None:
    with duckdb.connect() as con:
        con.execute("create schema ops; create table ops.run (run_id varchar)")
        con.executemany("insert into ops.run values (?)", [[one] for one in ["", *known]])
        assert next_run_id(con, datetime.fromisoformat(started).replace(tzinfo=UTC)) == wanted


def test_the_day_of_a_run_is_the_offices() -> None:
    assert day_of("20261126T183000.000000Z", "Asia/Shanghai") == date(2026, 11, 27)
    assert day_of("by hand", "Asia/Shanghai") == date.min


def test_the_newest_backup_stays_when_the_clock_was_set_back(tmp_path: Path) -> None:
    home = Home(make_home(tmp_path / "home"))
    ahead = tmp_path / "safe" / "20990101T000000Z"
    ahead.mkdir(parents=True)
    (tmp_path / "safe" / ".20230101T000000Z.part").mkdir()  # of one that was killed
    (ahead / "manifest.json").write_text("{}", "utf-8")
    made = backups.backup(home, tmp_path / "safe", 1)
    assert made.name == "20990101T000001Z"
    assert [path.name for path in (tmp_path / "safe").iterdir()] == [made.name]
    assert backups.verify(made) == 1  # pipeline.toml


def test_a_mail_put_off_by_a_clock_that_ran_ahead_is_due(tmp_path: Path) -> None:
    """No wait is longer than an hour: a time further off was set by another clock."""
    with closing(Outbox(Home(tmp_path))) as box:
        box.queue(
            [
                Item("weekly", "2023-W23", to, 1, "", f"<{to}>", "", b"")
                for to in ("now", "soon", "never")
            ]
        )
        for to, minutes in (("now", -1), ("soon", 59), ("never", 3 * 24 * 60)):
            row = next(
                row for row in box.due(report=("weekly", "2023-W23")) if row["recipient"] == to
            )
            box.mark(row, "queued", "", datetime.now(UTC) + timedelta(minutes=minutes))
        assert [row["recipient"] for row in box.due()] == ["now", "never"]


def test_the_outbox_syncs_the_end_of_each_transaction_too(tmp_path: Path) -> None:
    """3 is EXTRA.

    With FULL a power cut could bring the journal back, and with it `queued` for a mail that was
    sent.
    """
    with closing(Outbox(Home(tmp_path))) as box:
        assert box._con.execute("pragma synchronous").fetchone()[0] == 3
    with closing(sqlite3.connect(tmp_path / "outbox.sqlite")) as con:
        assert con.execute("pragma journal_mode").fetchone() == ("delete",)  # what EXTRA is about


def test_an_end_that_has_not_come_yet_does_not_keep_a_job_from_being_caught_up(
    tmp_path: Path,
) -> None:
    home = Home(make_home(tmp_path / "home"))
    ledger = JobLog(home.root / "schedule.jsonl")
    now = datetime(2023, 6, 14, 12, 0, tzinfo=ZONE)
    ledger.note("nightly", "end", now + timedelta(days=3))
    assert missed(home, (NIGHTLY,), ledger, now) == [NIGHTLY]
    ledger.note("nightly", "end", now - timedelta(hours=9))  # 03:00, after 02:30
    assert missed(home, (NIGHTLY,), ledger, now) == []


def test_the_scheduler_looks_again_when_the_clock_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clock that everybody may set, for one that only root may.

    `make torture` does it to a real process.
    """
    works = Scheduler(Home(make_home(tmp_path / "home")), (NIGHTLY,))
    seen: list[str] = []
    job = SimpleNamespace(
        id="nightly", reschedule=lambda rule: seen.append(f"again: {type(rule).__name__}")
    )
    caught_up = SimpleNamespace(id="catch up nightly", reschedule=lambda _: seen.append("wrong"))
    scheduler: Any = SimpleNamespace(
        get_jobs=lambda: [job, caught_up], wakeup=lambda: seen.append("wake up")
    )
    for ahead, wanted in (
        (1005.0, []),
        (-3000.0, ["again: CronTrigger"]),
        (-2990.0, []),
        (0.0, ["wake up"]),
    ):
        monkeypatch.setattr(scheduling, "_wall_ahead", lambda ahead=ahead: ahead)
        before = {1005.0: 1000.0, -3000.0: 1005.0, -2990.0: -3000.0, 0.0: -2990.0}[ahead]
        assert works._mind_the_clock(scheduler, before) == ahead
        assert seen == wanted
        seen.clear()
