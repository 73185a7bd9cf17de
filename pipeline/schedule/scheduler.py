"""Follow the timetable.

One scheduler a home, one job at a time, each command in a process of its own, missed jobs caught up
once.

Mail has a worker of its own. Every command has a limit: whatever hangs, the next night begins.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pipeline.base.errors import TransientError
from pipeline.base.fsync import write_atomic
from pipeline.base.lock import held
from pipeline.config.checkout import CHECKOUT
from pipeline.config.home import command
from pipeline.schedule.job_log import JobLog
from pipeline.schedule.jobs import Job, last_due, trigger
from pipeline.warehouse.publish import open_published, run_lock

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from pipeline.config.home import Home

log = logging.getLogger(__name__)
_AFTER_TERM = 60.0  # seconds between SIGTERM and SIGKILL
_FINISH_WITHIN = 900.0  # seconds a running command is given after SIGTERM
_BEAT = 20.0
_WAIT_FOR_RUN = 3600.0
_MAILING = frozenset({"mail", "report"})
# seconds a command may take
_LIMITS = {"run": 6 * 3600.0, "backup": 6 * 3600.0, "scrub": 12 * 3600.0}
_LIMIT = 1800.0
_LATE_AFTER = timedelta(hours=2)


class Scheduler:
    """Runs the jobs until `stop()`."""

    def __init__(self, home: Home, jobs: tuple[Job, ...]) -> None:
        self.home = home
        self.jobs = jobs
        settings = home.settings()
        self.zone = ZoneInfo(settings.timezone)
        self._keep = timedelta(days=settings.keep.log_days)
        self.ledger = JobLog(home.root / "schedule.jsonl")
        self.stopping = threading.Event()
        self._running: set[subprocess.Popen[bytes]] = set()

    def run(self) -> None:
        """Catch up, then follow the timetable until `stop()`.

        TransientError when another process does so for this home.
        """
        with only_one(self.home):
            scheduler = self._scheduler()
            scheduler.start()
            self._write_heartbeat(scheduler)
            ahead = _wall_ahead()
            while not self.stopping.wait(_BEAT):
                ahead = self._mind_the_clock(scheduler, ahead)
                self._write_heartbeat(scheduler)
            scheduler.shutdown(wait=False)
            self._finish()

    def _scheduler(self) -> Any:  # noqa: ANN401 - APScheduler is untyped
        """Return a scheduler with every job of the timetable and what was missed.

        Late is better than never, once is enough.
        """
        from apscheduler.executors.pool import ThreadPoolExecutor
        from apscheduler.schedulers.background import BackgroundScheduler

        executors = {"default": ThreadPoolExecutor(1), "mail": ThreadPoolExecutor(1)}
        scheduler = BackgroundScheduler(timezone=self.zone, executors=executors)
        for job in self.jobs:
            rule = trigger(job, self.zone)
            if rule is not None:
                scheduler.add_job(
                    self.do,
                    rule,
                    args=(job,),
                    id=job.name,
                    executor=_worker(job),
                    misfire_grace_time=None,
                    coalesce=True,
                    max_instances=1,
                )
        for job in missed(self.home, self.jobs, self.ledger, datetime.now(self.zone)):
            name = f"catch up {job.name}"
            scheduler.add_job(
                self.do, args=(job,), id=name, executor=_worker(job), misfire_grace_time=None
            )
        return scheduler

    def stop(self) -> None:
        """Begin no more jobs; let the running command end."""
        self.stopping.set()

    def do(self, job: Job) -> None:
        """Run a job's commands one after another.

        A failing one does not keep the next from running.
        """
        if self.stopping.is_set():
            return
        self.ledger.note(job.name, "start", datetime.now(self.zone))
        codes = []
        for words in job.commands:
            if words[0] == "run":
                wait_for_run(self.home, self.stopping)
            if self.stopping.is_set():
                return
            codes.append(self._command(words))
        now = datetime.now(self.zone)
        self.ledger.note(job.name, "end", now, exit_codes=codes)
        self.ledger.forget(now - self._keep)

    def _command(self, words: tuple[str, ...]) -> int:
        """Run one command with its output in a file.

        A pipe would break, and end the night, if this process were killed.
        """
        with tempfile.TemporaryFile() as output:
            running = subprocess.Popen(  # noqa: S603 - our own command line
                command(self.home.root, *words),
                cwd=CHECKOUT,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            self._running.add(running)
            code = _wait(running, _LIMITS.get(words[0], _LIMIT))
            self._running.discard(running)
            output.seek(0)
            said = output.read()[-2000:].decode("utf-8", "replace")
        log.info(
            "scheduled command ended",
            extra={"command": " ".join(words), "exit_code": code, "output": said},
        )
        return code

    def _write_heartbeat(self, scheduler: Any) -> None:  # noqa: ANN401 - APScheduler is untyped
        """Write when this process was last alive and what comes next, for `status`."""
        upcoming = {
            job.id: job.next_run_time.isoformat()
            for job in scheduler.get_jobs()
            if job.next_run_time
        }
        path = self.home.output / "scheduler.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        now = datetime.now(self.zone)
        late = [
            f"{job.name} {due:%Y-%m-%d %H:%M}"
            for job, due in overdue(self.home, self.jobs, self.ledger, now)
        ]
        told = {"beat_at": now.isoformat(timespec="seconds"), "next": upcoming, "late": late}
        write_atomic(path, json.dumps(told).encode())

    # APScheduler is untyped
    def _mind_the_clock(self, scheduler: Any, before: float) -> float:  # noqa: ANN401
        """Make the scheduler look at the clock again when it was set.

        Returns by how much it is ahead now.

        Set back, the next times are worked out anew (they would come that much too late); set
        forward, what is due by now is done.
        """
        ahead = _wall_ahead()
        if ahead < before - _BEAT:
            log.warning("the clock was set back", extra={"seconds": round(before - ahead)})
            rules = {job.name: trigger(job, self.zone) for job in self.jobs}
            for job in scheduler.get_jobs():
                if rules.get(job.id):
                    job.reschedule(rules[job.id])
        elif ahead > before + _BEAT:
            scheduler.wakeup()
        return ahead

    def _finish(self) -> None:
        """Wait for the running command.

        One that takes too long is asked to end (a night killed in mid-run loses nothing).
        """
        deadline = time.monotonic() + _FINISH_WITHIN
        for running in tuple(self._running):
            while running.poll() is None and time.monotonic() < deadline:
                time.sleep(0.2)
            if running.poll() is None:
                log.error("scheduled command did not end in time and is terminated")
                running.terminate()


def _worker(job: Job) -> str:
    """Return the worker that does a job: mail servers can be slow, a night must not wait for them."""
    return "mail" if all(words[0] in _MAILING for words in job.commands) else "default"


def _wait(running: subprocess.Popen[bytes], seconds: float) -> int:
    """Wait for a command; after `seconds` end it and all that it started.

    Returns its exit code, negative for a signal.
    """
    for patience, sign in ((seconds, signal.SIGTERM), (_AFTER_TERM, signal.SIGKILL)):
        try:
            return running.wait(patience)
        except subprocess.TimeoutExpired:
            log.exception(
                "scheduled command exceeds its limit",
                extra={"command": running.args, "seconds": patience},
            )
            with suppress(ProcessLookupError):
                os.killpg(running.pid, sign)
    try:
        return running.wait(_AFTER_TERM)
    except subprocess.TimeoutExpired:  # it waits for a disk and cannot be killed: others go on
        log.exception("scheduled command cannot be killed", extra={"command": running.args})
        return -signal.SIGKILL


def _wall_ahead() -> float:
    """Return by how many seconds the wall clock is ahead of the one that nobody sets."""
    return time.time() - time.monotonic()


def only_one(home: Home) -> AbstractContextManager[None]:
    """Hold the home's scheduler lock; TransientError when another scheduler runs."""
    busy = f"another scheduler runs for {home.root}. Stop it first, or leave it to its work."
    return held(home.root / ".schedule.lock", busy)


def is_alive(home: Home) -> bool:
    """Return whether a scheduler process holds this home's lock now."""
    try:
        with only_one(home):
            return False
    except TransientError:
        return True


def wait_for_run(home: Home, stopping: threading.Event) -> None:
    """Wait until no other run is under way, or until `stopping`.

    The other run is one that a dead scheduler left behind, or a person's. Another run may still
    begin before ours takes the lock: `run --wait` of the timetable is for that, but cannot be
    stopped.
    """
    deadline = time.monotonic() + _WAIT_FOR_RUN
    while time.monotonic() < deadline and not stopping.is_set():
        try:
            with run_lock(home, wait_seconds=1):
                return
        except TransientError:
            continue


def overdue(
    home: Home, jobs: tuple[Job, ...], ledger: JobLog, now: datetime
) -> list[tuple[Job, datetime]]:
    """Return the runs that were due two hours ago and have not ended since, with when they were due."""
    runs = tuple(job for job in jobs if job.commands[0][0] == "run")
    dues = (
        (job, last_due(job, ZoneInfo(home.settings().timezone), now))
        for job in missed(home, runs, ledger, now)
    )
    return [(job, due) for job, due in dues if due and now - due > _LATE_AFTER]


def late_runs(home: Home) -> list[str]:
    """Return the runs that the scheduler says are late, as `name date time`.

    None when it has never run.
    """
    path = home.output / "scheduler.json"
    return list(json.loads(path.read_text("utf-8")).get("late", [])) if path.exists() else []


def failed_jobs(home: Home) -> list[str]:
    """Return the scheduled jobs whose last time was a failure, as `name date time (exit code)`."""
    return JobLog(home.root / "schedule.jsonl").failures()


def missed(home: Home, jobs: tuple[Job, ...], ledger: JobLog, now: datetime) -> list[Job]:
    """Return the jobs that were due and have not ended since, the same commands once.

    A job never done is no miss, except the run.
    """
    zone, last_run = ZoneInfo(home.settings().timezone), _last_run(home, now)
    found: dict[tuple[tuple[str, ...], ...], Job] = {}
    for job in jobs:
        due = last_due(job, zone, now)
        is_run = job.commands[0][0] == "run"
        known = (ledger.last_end(job.name, now), last_run if is_run else None)
        done = max((moment for moment in known if moment), default=None)
        if due and (done < due if done else is_run):
            found.setdefault(job.commands, job)
    return list(found.values())


def _last_run(home: Home, now: datetime) -> datetime | None:
    """Return when the last run was published, by whomever.

    Times that have not come yet are a wrong clock's.
    """
    try:
        with open_published(home) as con:
            row = con.execute(
                (
                    "select max(finished_at) from ops.run where status = 'published' and "
                    "finished_at <= ?"
                ),
                [now],
            ).fetchone()
    except TransientError:
        return None
    return row[0] if row else None


def health(home: Home, now: datetime) -> str:
    """Return one line for `status`: whether the scheduler lives, its last beat, what comes next."""
    path = home.output / "scheduler.json"
    if not path.exists():
        return "scheduler: has never run for this home (`python schedules.py HOME`)"
    told = json.loads(path.read_text("utf-8"))
    beat = datetime.fromisoformat(told["beat_at"])
    age = timedelta(seconds=round((now - beat).total_seconds()))
    if not is_alive(home):
        return (
            f"scheduler: NOT running; last beat {told['beat_at']} ({age} ago). Start it: "
            f"`python schedules.py {home.root}`"
        )
    if told.get("late"):
        return (
            f"scheduler: alive, but LATE: {', '.join(told['late'])} has not ended. Look into "
            f"{home.output / 'log'}."
        )
    soon = sorted((at, name) for name, at in told["next"].items())
    return f"scheduler: alive, last beat {age} ago; next " + ", ".join(
        f"{name} {at[:16]}" for at, name in soon[:3]
    )
