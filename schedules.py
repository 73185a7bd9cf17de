"""The timetable. `python schedules.py [HOME]` follows it until SIGTERM.

Jobs live here, in code: a persistent job store would lose or double runs
(docs/decisions/0004-timetable.md). Times may be changed, and
jobs switched off, under [schedule] in pipeline.toml. What was missed while the machine was off is
caught up once, at start.
"""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.base.errors import ConfigError, PipelineError
from pipeline.config.checkout import DEFAULT_HOME
from pipeline.config.home import Home
from pipeline.schedule.jobs import Job, with_settings
from pipeline.schedule.scheduler import Scheduler

if TYPE_CHECKING:
    from types import FrameType

RUN = ("run", "--wait", "600")  # for a run that begins just before: see scheduler.wait_for_run
AFTER_A_RUN = (("report", "scoreboard"),)

#        name       when            what, one after another
TIMETABLE = (
    Job("nightly",  "02:30",        (RUN, *AFTER_A_RUN)),
    # platforms publish yesterday's figures late
    Job("morning",  "09:15",        (RUN, *AFTER_A_RUN)),
    # after the morning run: Sunday is in
    Job("weekly",   "mon 10:00",    (("report", "weekly", "--send"),)),
    Job("monthly",  "2 10:15",      (("report", "monthly", "--send"),)),
    Job("yearend",  "01-05 10:30",  (("report", "yearend", "--send"),)),
    # what operators must hear, and mails that a server put off; on a worker of its own: no
    # mail server holds up a night
    Job("mail",     "every 15m",    (("report", "alerts", "--send"), ("mail", "flush"))),
    Job("backup",   "sun 04:00",    (("backup",),)),
    # rot is found before the file is needed
    Job("scrub",    "1 05:00",      (("scrub", "--send"),)),
)  # fmt: skip


def main() -> int:
    """Follow the timetable.

    Returns 0 after a clean stop, 1 when another scheduler runs, 2 for wrong settings.
    """
    from pipeline.base.log import log_to
    from pipeline.base.permissions import close_to_others

    close_to_others()
    parser = argparse.ArgumentParser(description="Follow the timetable until SIGTERM.")
    parser.add_argument(
        "home",
        nargs="?",
        type=Path,
        default=DEFAULT_HOME,
        help="folder with pipeline.toml (default: the checkout)",
    )
    home = Home(parser.parse_args().home.resolve())
    try:
        scheduler = Scheduler(home, with_settings(TIMETABLE, home.settings().schedule))
        log_to(home.output / "log")

        def stop(_signal: int, _frame: FrameType | None) -> None:
            scheduler.stop()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        scheduler.run()
    except PipelineError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2 if isinstance(error, ConfigError) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
