"""The name of the office on its reports, from the title of its plan."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.base.errors import ConfigError
from pipeline.config.plans.years import plan_for

if TYPE_CHECKING:
    from datetime import date

    from pipeline.config.home import Home
    from pipeline.config.plan import Plan
    from reports.period import Period


def office_zh(home: Home, day: date) -> str:
    """Return the words before the year in the title of the day's plan (某某系统2023年…).

    '' when there is none.
    """
    plan = _plan(home, day)
    found = re.match(r"(.+?)(?<!\s)\s*+\d{4}\s*+年", plan.title) if plan else None
    return found[1] if found else ""


def with_field(period: Period, home: Home) -> Period:
    """Return the period with the office's field of work, for the report's name."""
    plan = _plan(home, period.last)
    return replace(period, field_zh=plan.field_zh if plan else "")


def _plan(home: Home, day: date) -> Plan | None:
    try:
        return plan_for(home, home.settings(), day)
    except (ConfigError, OSError):
        return None
