"""The name of the office on its reports, from the title of its plan."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.base.errors import ConfigError
from pipeline.config.plan_years import plan_for

if TYPE_CHECKING:
    from pipeline.config.home import Home


def office_zh(home: Home) -> str:
    """Return what stands before the year in the plan's title (上海市城管执法系统2023年…); '' when there is no plan to read."""
    try:
        settings = home.settings()
        title = plan_for(home, settings, settings.default_as_of()).title
    except (ConfigError, OSError):
        return ""
    found = re.match(r"(.+?)\s*\d{4}\s*年", title)
    return found[1] if found else ""
