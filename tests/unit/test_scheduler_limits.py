"""No command keeps the scheduler for ever, mail has a worker of its own, a late run is told."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from pipeline.config.home import Home
from pipeline.schedule import scheduler as scheduling
from pipeline.schedule.job_log import JobLog
from pipeline.schedule.jobs import Job
from pipeline.schedule.scheduler import Scheduler, health, late_runs, overdue
from reports.operator_mail import tell_operators
from schedules import TIMETABLE
from tests.support.homes import make_home

if TYPE_CHECKING:
    from pathlib import Path

ZONE = ZoneInfo("Asia/Shanghai")
NIGHTLY = Job("nightly", "02:30", (("run",),))


def test_a_command_that_never_ends_is_ended_with_all_it_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scheduling, "_AFTER_TERM", 0.5)
    stubborn = (
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "grandchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(grandchild.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", stubborn], stdout=subprocess.PIPE, start_new_session=True
    ) as running:
        assert running.stdout is not None
        grandchild = int(running.stdout.readline())
        assert scheduling._wait(running, 0.2) == -9
    for _ in range(50):
        state = subprocess.run(
            ["ps", "-o", "stat=", "-p", str(grandchild)],
            capture_output=True,
            text=True,
            check=False,
        )
        if not state.stdout.strip() or state.stdout.startswith("Z"):
            return
        time.sleep(0.1)
    raise AssertionError("what the command started lives on")


def test_mail_waits_on_a_worker_of_its_own() -> None:
    workers = {job.name: scheduling._worker(job) for job in TIMETABLE}
    assert {name for name, worker in workers.items() if worker == "mail"} == {
        "mail",
        "weekly",
        "monthly",
        "yearend",
    }
    assert workers["nightly"] == "default"
    assert not any(
        "--send" in words
        for job in TIMETABLE
        if workers[job.name] == "default"
        for words in job.commands
        if words[0] != "scrub"
    )


@pytest.mark.parametrize(("hour", "is_late"), [(3, False), (5, True)])
def test_a_run_that_has_not_ended_two_hours_after_it_was_due_is_late(
    tmp_path: Path, hour: int, is_late: bool
) -> None:
    home = Home(make_home(tmp_path / "home"))
    log = JobLog(home.root / "schedule.jsonl")
    log.note("nightly", "end", datetime(2023, 6, 1, 2, 40, tzinfo=ZONE))
    now = datetime(2023, 6, 2, hour, 0, tzinfo=ZONE)
    due = datetime(2023, 6, 2, 2, 30, tzinfo=ZONE)
    assert overdue(home, (NIGHTLY,), log, now) == ([(NIGHTLY, due)] if is_late else [])
    log.note("nightly", "end", now - timedelta(minutes=1))
    assert overdue(home, (NIGHTLY,), log, now) == []


def test_a_late_run_is_told_in_status_and_to_operators(tmp_path: Path) -> None:
    home = Home(make_home(tmp_path / "home"))
    home.output.mkdir()
    told = {
        "beat_at": datetime.now(ZONE).isoformat(),
        "next": {},
        "late": ["nightly 2023-06-02 02:30"],
    }
    (home.output / "scheduler.json").write_text(json.dumps(told), "utf-8")
    assert late_runs(home) == ["nightly 2023-06-02 02:30"]
    scheduler = Scheduler(home, (NIGHTLY,))
    with scheduling.only_one(home):
        assert "LATE: nightly 2023-06-02 02:30" in health(home, datetime.now(scheduler.zone))
    home.archive.mkdir()
    assert "定时运行 nightly 2023-06-02 02:30 至今没有完成，数据停在上一次。" in tell_operators(
        home, send=False
    )
