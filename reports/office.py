"""The name of the office on its reports, from the title of its plan."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.base.errors import ConfigError
from pipeline.config.plan_years import plan_for

if TYPE_CHECKING:
    from datetime import date

    from pipeline.config.home import Home


def office_zh(home: Home, day: date) -> str:
    """Return what stands before the year in the title of the day's plan (上海市城管执法系统2023年…); '' when there is none."""
    try:
        title = plan_for(home, home.settings(), day).title
    except (ConfigError, OSError):
        return ""
    found = re.match(r"(.+?)\s*\d{4}\s*年", title)
    return found[1] if found else ""
