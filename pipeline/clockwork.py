"""What turns a timetable: one scheduler a home, one job at a time, each command in a process of its own, missed jobs caught up once."""

from __future__ import annotations

import fcntl
import json
import logging
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime, timedelta
from typing import IO, TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pipeline.errors import TransientError
from pipeline.publish import open_published, run_lock
from pipeline.settings import CHECKOUT
from pipeline.timetable import Job, Ledger, last_due, trigger

if TYPE_CHECKING:
    from pipeline.settings import Home

log = logging.getLogger(__name__)
_FINISH_WITHIN = 900.0  # seconds a running command is given after SIGTERM
_BEAT = 20.0
_WAIT_FOR_RUN = 3600.0


class Clockwork:
    """Runs the jobs until `stop()`; `start()` raises TransientError when another process turns this home's timetable."""

    def __init__(self, home: Home, jobs: tuple[Job, ...]) -> None:
        self.home = home
        self.jobs = jobs
        self.zone = ZoneInfo(home.settings().timezone)
        self.ledger = Ledger(home.root / "schedule.jsonl")
        self.stopping = threading.Event()
        self._running: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None

    def run(self) -> None:
        """Catch up, then follow the timetable; returns after `stop()`, with no command left running."""
        from apscheduler.executors.pool import ThreadPoolExecutor
        from apscheduler.schedulers.background import BackgroundScheduler

        self._lock = only_one(self.home)
        scheduler = BackgroundScheduler(timezone=self.zone, executors={"default": ThreadPoolExecutor(1)})
        for job in self.jobs:
            rule = trigger(job, self.zone)
            if rule is not None:
                scheduler.add_job(
                    self.do, rule, args=(job,), id=job.name, misfire_grace_time=None, coalesce=True, max_instances=1
                )
        for job in missed(self.home, self.jobs, self.ledger, datetime.now(self.zone)):
            scheduler.add_job(self.do, args=(job,), id=f"catch up {job.name}", misfire_grace_time=None)
        scheduler.start()
        self._beat(scheduler)
        while not self.stopping.wait(_BEAT):
            self._beat(scheduler)
        scheduler.shutdown(wait=False)
        self._finish()

    def stop(self) -> None:
        """Begin no more jobs; let the running command end."""
        self.stopping.set()

    def do(self, job: Job) -> None:
        """Run a job's commands one after another; a failing one does not keep the next from running."""
        if self.stopping.is_set():
            return
        self.ledger.note(job.name, "start", datetime.now(self.zone))
        codes = [self._command(words) for words in job.commands if not self.stopping.is_set()]
        if len(codes) == len(job.commands):
            self.ledger.note(job.name, "end", datetime.now(self.zone), exit_codes=codes)

    def _command(self, words: tuple[str, ...]) -> int:
        if words[0] == "run":
            wait_for_run(self.home, self.stopping)
        command = [sys.executable, "-m", "pipeline", "--home", str(self.home.root), *words]
        with (
            tempfile.TemporaryFile() as output
        ):  # a pipe would break, and with it the night, if this process were killed
            self._running = subprocess.Popen(  # noqa: S603 - our own command line
                command, cwd=CHECKOUT, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
            code = self._running.wait()
            self._running = None
            output.seek(0)
            said = output.read()[-2000:].decode("utf-8", "replace")
        log.info("scheduled command ended", extra={"command": " ".join(words), "exit_code": code, "output": said})
        return code

    def _beat(self, scheduler: Any) -> None:  # noqa: ANN401 - APScheduler is untyped
        """Write when this process was last alive and what comes next, for `status`."""
        upcoming = {job.id: job.next_run_time.isoformat() for job in scheduler.get_jobs() if job.next_run_time}
        path = self.home.output / "scheduler.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".part")
        temporary.write_text(
            json.dumps({"beat_at": datetime.now(self.zone).isoformat(timespec="seconds"), "next": upcoming}), "utf-8"
        )
        temporary.replace(path)

    def _finish(self) -> None:
        """Wait for the running command; one that takes too long is asked to end (a night killed in mid-run loses nothing)."""
        running = self._running
        if running is None:
            return
        deadline = time.monotonic() + _FINISH_WITHIN
        while running.poll() is None and time.monotonic() < deadline:
            time.sleep(0.2)
        if running.poll() is None:
            log.error("scheduled command did not end in time and is terminated")
            running.terminate()


def only_one(home: Home) -> IO[str]:
    """Take the home's scheduler lock, held while the returned file is open."""
    handle = (home.root / ".schedule.lock").open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        handle.close()
        raise TransientError(
            f"another scheduler runs for {home.root}. Stop it first, or leave it to its work."
        ) from error
    return handle


def is_alive(home: Home) -> bool:
    """Whether a scheduler process holds this home's lock now."""
    try:
        only_one(home).close()
    except TransientError:
        return True
    return False


def wait_for_run(home: Home, stopping: threading.Event) -> None:
    """Wait until no other run is under way (one that a dead scheduler left behind, or a person's)."""
    deadline = time.monotonic() + _WAIT_FOR_RUN
    while time.monotonic() < deadline and not stopping.is_set():
        try:
            with run_lock(home, wait_seconds=1):
                return
        except TransientError:
            continue


def missed(home: Home, jobs: tuple[Job, ...], ledger: Ledger, now: datetime) -> list[Job]:
    """Return the jobs that were due and have not ended since, the same commands once; a job never done is no miss, except the run."""
    found: dict[tuple[tuple[str, ...], ...], Job] = {}
    for job in jobs:
        due = last_due(job, ZoneInfo(home.settings().timezone), now)
        is_run = job.commands[0][0] == "run"
        done = max(
            (moment for moment in (ledger.last_end(job.name), _last_run(home) if is_run else None) if moment),
            default=None,
        )
        if due and (done < due if done else is_run):
            found.setdefault(job.commands, job)
    return list(found.values())


def _last_run(home: Home) -> datetime | None:
    """Return when the last run was published, by whomever."""
    try:
        with open_published(home) as con:
            row = con.execute("select max(finished_at) from ops.run where status = 'published'").fetchone()
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
        return f"scheduler: NOT running; last beat {told['beat_at']} ({age} ago). Start it: `python schedules.py {home.root}`"
    soon = sorted((at, name) for name, at in told["next"].items())
    return f"scheduler: alive, last beat {age} ago; next " + ", ".join(f"{name} {at[:16]}" for at, name in soon[:3])
