"""Logs go after 90 days, mails' bytes after a year; quarantine is told after 90 days and stays."""

from __future__ import annotations

import json
import logging
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pipeline.base.errors import PipelineError
from pipeline.base.log import log_to, roll
from pipeline.config.home import Home
from pipeline.mail.outbox import Item, Outbox
from pipeline.schedule.job_log import JobLog
from tests.support.homes import growth_html, make_home, pipeline, rows, run

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime.now(UTC)
DAY = growth_html(("2023-06-01", "10", "0", "10", "1010"))


def ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


def aged(path: Path, days: int) -> Path:
    os.utime(path, (ago(days).timestamp(),) * 2)
    return path


def write_log(path: Path, first: int, last: int) -> None:
    """Write a log whose first line is `first` days old and whose last is `last` days old."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [
        {"time": ago(days).isoformat(), "message": f"{days} days ago"} for days in (first, last)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    aged(path, last)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = make_home(tmp_path / "home")
    (home / "inbox" / "main-wechat" / "a.xls").write_text(DAY, "utf-8")
    return home


def test_a_night_puts_last_months_log_aside_and_deletes_what_is_older_than_90_days(
    home: Path,
) -> None:
    folder = home / "output" / "log"
    write_log(folder / "pipeline.jsonl", 70, 40)
    write_log(folder / "pipeline-2020-01-01.jsonl", 120, 91)
    write_log(folder / "pipeline-2020-02-01.jsonl", 110, 89)
    run(home, "2023-06-01")
    aside = f"pipeline-{ago(70):%Y-%m-%d}.jsonl"
    found = {path.name: path.read_text("utf-8") for path in folder.iterdir()}
    assert set(found) - {"pipeline.jsonl"} == {aside, "pipeline-2020-02-01.jsonl"}
    assert "70 days ago" in found[aside]


def test_a_process_that_goes_on_writes_into_the_new_log(tmp_path: Path) -> None:
    before = logging.getLogger().handlers
    write_log(tmp_path / "pipeline.jsonl", 70, 40)
    try:
        log_to(tmp_path)
        roll(tmp_path, NOW, timedelta(days=90))
        logging.getLogger("test").warning("after the roll")
    finally:
        (ours,), logging.getLogger().handlers = logging.getLogger().handlers, before
        ours.close()
    assert "after the roll" in (tmp_path / "pipeline.jsonl").read_text("utf-8")


def mails(home: Path) -> dict[str, tuple[str, int]]:
    with closing(sqlite3.connect(home / "outbox.sqlite")) as con:
        return {
            name: (state, size)
            for name, state, size in con.execute(
                "select recipient, state, length(message) from mail"
            )
        }


def test_a_mail_loses_its_bytes_after_a_year_and_keeps_its_facts(home: Path) -> None:
    cases = {"old@x": ("sent", 366), "young@x": ("sent", 364), "waits@x": ("queued", 366),
        "lost@x": ("unknown", 366)}  # fmt: skip
    with closing(Outbox(Home(home))) as box:
        for name, (state, days) in cases.items():
            box.queue([Item("weekly", "2023-W21", name, 1, "", f"<{name}>", "", b"m" * 500_000)])
            with closing(sqlite3.connect(home / "outbox.sqlite")) as con, con:
                con.execute("update mail set state = ?, queued_at = ? where recipient = ?",
                    [state, ago(days).isoformat(), name])  # fmt: skip
        before = (home / "outbox.sqlite").stat().st_size
    run(home, "2023-06-01")
    assert mails(home) == {
        "old@x": ("sent", 0), "young@x": ("sent", 500_000), "waits@x": ("queued", 500_000),
        "lost@x": ("unknown", 0),
    }  # fmt: skip
    assert (home / "outbox.sqlite").stat().st_size < before - 900_000
    assert len(rows(home, "select recipient from ops.mail")) == 4
    with closing(Outbox(Home(home))) as box:
        with pytest.raises(PipelineError, match="still has its content"):
            box.resend("<lost@x>")
        # the same mail is not queued again for want of its bytes
        box.queue([Item("weekly", "2023-W21", "old@x", 1, "", "<again>", "", b"m")])
    assert mails(home)["old@x"] == ("sent", 0)


def test_settings_say_how_long(home: Path) -> None:
    (home / "pipeline.toml").write_text(
        (home / "pipeline.toml").read_text("utf-8") + "[keep]\nlog_days = 30\n", "utf-8"
    )
    folder = home / "output" / "log"
    write_log(folder / "pipeline-2020-02-01.jsonl", 110, 31)
    run(home, "2023-06-01")
    assert [path.name for path in folder.iterdir()] == ["pipeline.jsonl"]
    toml = (home / "pipeline.toml").read_text("utf-8").replace("log_days = 30", "log_days = 0")
    (home / "pipeline.toml").write_text(toml, "utf-8")
    assert pipeline(home, "run").returncode == 2


def test_a_file_in_quarantine_is_told_after_90_days_and_never_deleted(home: Path) -> None:
    for name in ("login", "other"):
        (home / "inbox" / "main-wechat" / f"{name}.html").write_text(f"<p>{name}", "utf-8")
    run(home, "2023-06-01", 3)
    for name, days in (("login", 91), ("other", 89)):
        (note,) = (home / "quarantine").rglob(f"{name}*.reason.txt")
        aged(note, days)
    said = "quarantine/ 里有1份文件已超过90天无人处理：login.html。"
    assert said in pipeline(home, "status").stdout
    assert said in pipeline(home, "report", "alerts").stdout
    run(home, "2023-06-02")
    assert sorted(path.suffix for path in (home / "quarantine").rglob("*.*")) == [
        ".html", ".html", ".txt", ".txt",
    ]  # fmt: skip


def test_nothing_that_goes_is_needed_for_a_figure(home: Path) -> None:
    """Without logs, mails, quarantine and reports a rebuild gives what the night gave."""
    run(home, "2023-06-01")
    asked = "select date, followers, new_followers from mart.account_daily order by all"
    before = rows(home, asked)
    assert before
    for name in ("output", "quarantine"):
        shutil.rmtree(home / name, ignore_errors=True)
    (home / "outbox.sqlite").unlink(missing_ok=True)
    assert pipeline(home, "rebuild", "--as-of", "2023-06-01").returncode == 0
    assert rows(home, asked) == before


def test_the_timetables_log_keeps_90_days_and_each_jobs_last_end(tmp_path: Path) -> None:
    path = tmp_path / "schedule.jsonl"
    ledger = JobLog(path)
    for job, event, days in (("yearend", "end", 300), ("nightly", "end", 200), ("nightly", "end", 2),
        ("nightly", "start", 1)):  # fmt: skip
        ledger.note(job, event, ago(days))
    ledger.forget(ago(90))
    kept = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [(one["job"], one["at"]) for one in kept] == [
        ("yearend", ago(300).isoformat()),
        ("nightly", ago(2).isoformat()),
        ("nightly", ago(1).isoformat()),
    ]
    assert ledger.last_end("yearend", NOW) == ago(300)


def test_a_scheduled_job_that_failed_is_told_until_it_goes_well(home: Path) -> None:
    run(home, "2023-06-01")
    ledger = JobLog(home / "schedule.jsonl")
    ledger.note("backup", "end", datetime(2023, 6, 4, 4, 1, tzinfo=UTC), exit_codes=[1])
    assert (
        "FAILED: scheduled job backup 2023-06-04 04:01 (exit 1)" in pipeline(home, "status").stdout
    )
    told = pipeline(home, "report", "alerts").stdout
    assert "定时任务 backup 2023-06-04 04:01 (exit 1) 失败" in told
    ledger.note("backup", "end", datetime(2023, 6, 11, 4, 1, tzinfo=UTC), exit_codes=[0])
    assert "FAILED" not in pipeline(home, "status").stdout


def test_what_is_wrong_with_the_archive_stands_in_status(home: Path) -> None:
    run(home, "2023-06-01")
    (victim,) = (path for path in (home / "archive").glob("*/*") if len(path.stem) == 64)
    content = victim.read_bytes()
    victim.chmod(0o644)
    victim.write_bytes(content + b" ")
    assert "ARCHIVE" not in pipeline(home, "status").stdout  # nobody has read it yet
    assert pipeline(home, "backup").returncode == 1
    assert "ARCHIVE: 1 file(s) are not what was archived" in pipeline(home, "status").stdout
    victim.unlink()
    assert (
        "NOT ARCHIVED: 1 file(s) that count are not in archive/: a.xls"
        in pipeline(home, "status").stdout
    )
    victim.write_bytes(content)
    assert pipeline(home, "scrub").returncode == 0
    assert "ARCHIVE" not in pipeline(home, "status").stdout
