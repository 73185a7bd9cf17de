"""Times as people write them in pipeline.toml, turned into triggers.

And our own ledger of what the timetable has done.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pipeline.base.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

_DAYS = "mon|tue|wed|thu|fri|sat|sun"
_CLOCK = r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)"
_FORMS = (
    rf"{_CLOCK}",
    rf"(?P<day_of_week>{_DAYS}) {_CLOCK}",
    rf"(?P<day>[1-9]|1\d|2[0-8]) {_CLOCK}",
    rf"(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|1\d|2[0-8]) {_CLOCK}",
)
_EVERY = re.compile(r"every (\d+)(s|m|h)")
_LONGEST_GAP = timedelta(days=400)


@dataclass(frozen=True)
class Job:
    """`commands` run one after another, each in a process of its own.

    `when` is 02:30, mon 08:30, 2 08:00, 01-05 08:00, every 15m or off.
    """

    name: str
    when: str
    commands: tuple[tuple[str, ...], ...]


def with_settings(jobs: tuple[Job, ...], times: Mapping[str, str]) -> tuple[Job, ...]:
    """Return the jobs with the times of pipeline.toml.

    ConfigError for a job or a time that does not exist.
    """
    unknown = sorted(set(times) - {job.name for job in jobs})
    if unknown:
        raise ConfigError(
            f"[schedule] {unknown[0]}: no such job. Jobs: {', '.join(job.name for job in jobs)}."
        )
    chosen = tuple(Job(job.name, times.get(job.name, job.when), job.commands) for job in jobs)
    for job in chosen:
        fields(job)
    return chosen


def fields(job: Job) -> dict[str, Any] | None:
    """Return a trigger's arguments: cron fields, or {'seconds': n}; None when the job is off."""
    text = job.when.strip().lower()
    if text == "off":
        return None
    if every := _EVERY.fullmatch(text):
        seconds = int(every[1]) * {"s": 1, "m": 60, "h": 3600}[every[2]]
        if seconds:
            return {"seconds": seconds}
    for form in _FORMS:
        if match := re.fullmatch(form, text):
            return {
                name: value if name == "day_of_week" else int(value)
                for name, value in match.groupdict().items()
            }
    raise ConfigError(
        f"[schedule] {job.name} = {job.when!r}: no time. Write 02:30, mon 08:30, 2 08:00 "
        "(day of the month, 1–28), 01-05 08:00, every 15m or off."
    )


def trigger(job: Job, zone: ZoneInfo) -> Any:  # noqa: ANN401 - APScheduler is untyped
    """Return the job's APScheduler trigger in the given zone, or None when it is off."""
    from apscheduler.triggers.cron import CronTrigger
    from apscheduler.triggers.interval import IntervalTrigger

    given = fields(job)
    if given is None:
        return None
    return (
        IntervalTrigger(**given, timezone=zone)
        if "seconds" in given
        else CronTrigger(**given, timezone=zone)
    )


def last_due(job: Job, zone: ZoneInfo, now: datetime) -> datetime | None:
    """Return when the job was last due at or before `now`.

    None when it is off or runs at intervals.
    """
    given = fields(job)
    if given is None or "seconds" in given:
        return None
    rule, found, moment = trigger(job, zone), None, now - _LONGEST_GAP
    while (moment := rule.get_next_fire_time(None, moment)) and moment <= now:
        found = moment
        moment += timedelta(seconds=1)
    return found
