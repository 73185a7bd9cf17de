"""The timetable as a real process.

Fires, survives kill -9 and catches up once, two processes are one, stops cleanly in mid-run.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.base.errors import ConfigError
from pipeline.config.home import Home
from pipeline.schedule.job_log import JobLog
from pipeline.schedule.jobs import Job, fields, last_due, with_settings
from pipeline.schedule.scheduler import missed
from pipeline.warehouse.publish import run_lock
from schedules import TIMETABLE
from tests.nights.test_mail import server, taken
from tests.support.homes import CHECKOUT, CONFIG, make_home, pipeline, rows
from tests.support.report_home import home_with_mail, reported_home

ZONE = ZoneInfo("Asia/Shanghai")
OFF = {job.name: "off" for job in TIMETABLE}


def timetable(**times: str) -> str:
    lines = "\n".join(f'{name} = "{when}"' for name, when in {**OFF, **times}.items())
    return f"\n[schedule]\n{lines}\n"


@contextlib.contextmanager
def scheduler(home: Path, **env: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "schedules.py", str(home)]
    with subprocess.Popen(
        command, cwd=CHECKOUT, stderr=subprocess.PIPE, text=True, env={**os.environ, **env}
    ) as process:
        yield process
        process.kill()


def until(true: Callable[[], bool], what: str, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.1)


def runs(home: Path) -> int:
    return (
        int(rows(home, "select count(*) from ops.run")[0][0])
        if (home / "warehouse.duckdb").exists()
        else 0
    )


def ends(home: Path, job: str) -> int:
    path = home / "schedule.jsonl"
    lines = (
        [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []
    )
    return sum(line["job"] == job and line["event"] == "end" for line in lines)


def test_fires_shows_health_and_stops_on_sigterm_in_mid_run(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home", CONFIG + timetable(nightly="every 1s"))
    with scheduler(home) as process:
        until(lambda: ends(home, "nightly") >= 1, "a night and what follows it")
        assert (home / "output" / "scoreboard.html").is_file()
        assert "scheduler: alive" in pipeline(home, "status").stdout
        started = (home / "schedule.jsonl").read_text("utf-8").count('"start"')
        until(
            lambda: (home / "schedule.jsonl").read_text("utf-8").count('"start"') > started,
            "the next night begins",
        )
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    done = runs(home)
    assert done >= 1
    assert rows(home, "select distinct status from ops.run") == [("published",)], (
        "the night under way was let finish"
    )
    assert not (home / ".build").exists()
    assert "scheduler: NOT running" in pipeline(home, "status").stdout


def test_killed_in_mid_run_it_catches_up_once(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home", CONFIG + timetable(nightly="00:00"))
    with scheduler(home) as process:  # never run before: the night is due at once
        until((home / "schedule.jsonl").exists, "the night begins")
        process.kill()
    with scheduler(home) as process:
        until(lambda: ends(home, "nightly") == 1, "the night is caught up")
        time.sleep(1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    # the killed scheduler's own night may end after the one that caught up
    with run_lock(Home(home), wait_seconds=60):
        caught_up = runs(home)
    assert caught_up >= 1
    (home / "output" / "scheduler.json").unlink()  # the one before wrote it
    with scheduler(home) as process:
        until((home / "output" / "scheduler.json").exists, "it stands")
        time.sleep(1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    assert runs(home) == caught_up, "nothing is due any more"
    assert rows(home, "select distinct status from ops.run") == [("published",)]


def test_two_schedulers_are_one_and_a_week_is_mailed_once(tmp_path: Path) -> None:
    master = reported_home(tmp_path / "master")
    with server("accept", tmp_path / "in") as port:
        home = home_with_mail(master, tmp_path / "home", port, timetable(weekly="every 2s"))
        with scheduler(home) as first:
            until((home / "output" / "scheduler.json").exists, "the first one stands")
            with scheduler(home) as second:
                assert second.wait(30) == 1
                assert second.stderr is not None
                assert "another scheduler runs" in second.stderr.read()
            until(lambda: ends(home, "weekly") >= 2, "the weekly job ran twice")
            first.send_signal(signal.SIGTERM)
            assert first.wait(60) == 0
    assert sorted(mail["To"] for mail in taken(tmp_path / "in")) == [
        "a@example.org",
        "refused@example.org",
    ]


def test_late_is_caught_up_never_done_is_not(tmp_path: Path) -> None:
    home = Home(make_home(tmp_path / "home"))
    weekly = Job("weekly", "mon 10:00", (("report", "weekly", "--send"),))
    ledger = JobLog(home.root / "schedule.jsonl")
    now = datetime(2023, 6, 14, 12, 0, tzinfo=ZONE)  # a Wednesday; due on Monday the 12th
    assert last_due(weekly, ZONE, now) == datetime(2023, 6, 12, 10, 0, tzinfo=ZONE)
    assert missed(home, (weekly,), ledger, now) == [], "a job never done before is no miss"
    ledger.note("weekly", "end", datetime(2023, 6, 5, 10, 1, tzinfo=ZONE))
    ledger.note("weekly", "start", datetime(2023, 6, 12, 10, 0, tzinfo=ZONE))
    assert missed(home, (weekly,), ledger, now) == [weekly], "it began on Monday and never ended"
    with (home.root / "schedule.jsonl").open("a") as stream:
        stream.write('{"job": "weekly", "ev')  # power cut
    assert missed(home, (weekly,), ledger, now) == [weekly]
    ledger.note("weekly", "end", datetime(2023, 6, 12, 10, 5, tzinfo=ZONE))
    assert missed(home, (weekly,), ledger, now) == [], (
        "the half line does not take the next one with it"
    )
    runs = (Job("nightly", "02:30", (("run",),)), Job("morning", "09:15", (("run",),)))
    assert missed(home, runs, ledger, now) == [runs[0]], (
        "both were missed; the same command runs once"
    )


@pytest.mark.parametrize(
    ("when", "wanted"),
    [
        ("02:30", {"hour": 2, "minute": 30}),
        ("mon 10:00", {"day_of_week": "mon", "hour": 10, "minute": 0}), ("off", None),
        ("2 10:15", {"day": 2, "hour": 10, "minute": 15}),
        ("01-05 10:30", {"month": 1, "day": 5, "hour": 10, "minute": 30}),
        ("every 15m", {"seconds": 900}),
    ],
)  # fmt: skip
def test_times_as_people_write_them(when: str, wanted: dict[str, object] | None) -> None:
    assert fields(Job("nightly", when, (("run",),))) == wanted


@pytest.mark.parametrize(
    "when", ["25:00", "2:60", "monday 10:00", "31 10:00", "every 0s", "soon", ""]
)
def test_a_wrong_time_is_a_configuration_error(tmp_path: Path, when: str) -> None:
    with pytest.raises(ConfigError, match="no time"):
        with_settings(TIMETABLE, {"nightly": when})
    home = make_home(tmp_path / "home", CONFIG + f'\n[schedule]\nnightly = "{when}"\n')
    assert (
        subprocess.run(
            [sys.executable, "schedules.py", str(home)],
            cwd=CHECKOUT,
            capture_output=True,
            check=False,
        ).returncode
        == 2
    )


def test_monday_is_monday() -> None:
    rule = last_due(
        Job("weekly", "mon 10:00", (("run",),)), ZONE, datetime(2023, 6, 18, 23, 59, tzinfo=ZONE)
    )
    assert rule is not None
    assert rule.strftime("%A %F %R") == "Monday 2023-06-12 10:00"


def test_the_timetable_is_shown(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home", CONFIG + '\n[schedule]\nweekly = "off"\n')
    lines = pipeline(home, "schedule").stdout.splitlines()
    assert [line.split()[0] for line in lines] == [job.name for job in TIMETABLE]
    assert "weekly   off          next —" in lines[2]
    unknown = make_home(tmp_path / "odd", CONFIG + '\n[schedule]\nhourly = "02:30"\n')
    done = pipeline(unknown, "schedule")
    assert done.returncode == 2
    assert "hourly: no such job" in done.stderr
