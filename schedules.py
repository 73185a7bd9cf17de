"""The timetable. `python schedules.py [HOME]` runs it until it is stopped.

Jobs live here, in code: a persistent job store would lose or double runs (docs/decisions/0004-timetable.md).
A run missed while the machine was off is caught up at start, known from our own ledger of runs.
"""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from apscheduler.schedulers.blocking import BlockingScheduler

from pipeline.errors import TransientError
from pipeline.publish import open_published
from pipeline.settings import CHECKOUT, Home

if TYPE_CHECKING:
    from types import FrameType

log = logging.getLogger(__name__)
ZONE = ZoneInfo("Asia/Shanghai")

# name -> (command, when); day_of_week is written out because cron numbers mean other days to APScheduler
TIMETABLE: dict[str, tuple[tuple[str, ...], dict[str, int | str]]] = {
    "nightly run": (("run",), {"hour": 2, "minute": 30}),
    "morning run for late platform figures": (("run",), {"hour": 9, "minute": 15}),
}


def run_command(home: Home, words: tuple[str, ...]) -> int:
    """Run one command in a process of its own and return its exit code."""
    command = [sys.executable, "-m", "pipeline", "--home", str(home.root), *words]
    code = subprocess.run(command, cwd=CHECKOUT, check=False).returncode  # noqa: S603 - our own command line
    log.info("scheduled command ended", extra={"command": " ".join(words), "exit_code": code})
    return code


def missed_tonight(home: Home, now: datetime) -> bool:
    """Tell whether today's nightly run is due and has not been published."""
    due = datetime.combine(now.date(), time(2, 30), ZONE)
    if now < due:
        return False
    try:
        with open_published(home) as con:
            (last,) = con.execute("select max(finished_at) from ops.run where status = 'published'").fetchone() or (
                None,
            )
    except TransientError:
        return True
    return last is None or last < due


def build_scheduler(home: Home) -> BlockingScheduler:
    """Return a scheduler with every job of the timetable: late is better than never, and once is enough."""
    scheduler = BlockingScheduler(timezone=ZONE)
    for name, (words, when) in TIMETABLE.items():
        scheduler.add_job(
            run_command,
            "cron",
            args=(home, words),
            name=name,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
            **when,
        )
    return scheduler


def main() -> None:
    """Catch up, then follow the timetable until SIGTERM or SIGINT; a run under way is finished first."""
    from pipeline.logs import log_to

    home = Home(Path(sys.argv[1] if len(sys.argv) > 1 else CHECKOUT).resolve())
    log_to(home.output / "log")
    scheduler = build_scheduler(home)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit

    signal.signal(signal.SIGTERM, stop)
    if missed_tonight(home, datetime.now(ZONE)):
        run_command(home, ("run",))
    scheduler.start()


if __name__ == "__main__":
    main()
