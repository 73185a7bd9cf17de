"""`pipeline schedule`: the timetable."""

from __future__ import annotations

import typer

from pipeline.config.home import Home


def schedule(context: typer.Context) -> None:
    """Show the timetable that `python schedules.py` follows, with the next time of each job."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from pipeline.config.checkout import DEFAULT_TIMEZONE
    from pipeline.schedule.jobs import trigger, with_settings
    from schedules import TIMETABLE

    home: Home = context.obj
    settings = home.settings() if home.config.is_file() else None
    zone = ZoneInfo(settings.timezone if settings else DEFAULT_TIMEZONE)
    for job in with_settings(TIMETABLE, settings.schedule if settings else {}):
        rule = trigger(job, zone)
        upcoming = (
            f"{rule.get_next_fire_time(None, datetime.now(zone)):%Y-%m-%d %H:%M}" if rule else "—"
        )
        does = ", then ".join(f"pipeline {' '.join(words)}" for words in job.commands)
        typer.echo(f"{job.name:8} {job.when:12} next {upcoming:16} {zone.key}  {does}")
