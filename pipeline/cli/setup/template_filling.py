"""Choices that templates offer: units and projects of a year's plan."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline.base.errors import ConfigError
from pipeline.config.plans.years import plan_for, plan_of_year
from pipeline.export.ledger_templates import Filling

if TYPE_CHECKING:
    from pipeline.config.home import Home


def filling_of(home: Home, unit: str, year: int | None) -> Filling:
    """Return units and projects of the year's plan.

    ConfigError names the plan's units when `unit` is none of them.
    """
    settings = home.settings()
    today: date = datetime.now(ZoneInfo(settings.timezone)).date()
    plan = plan_of_year(home, year) if year else plan_for(home, settings, today)
    names = {name: one.name for one in plan.units for name in (one.name, *one.aliases)}
    if unit and unit not in names:
        known = "、".join(one.name for one in plan.units)
        raise ConfigError(
            f"没有名为“{unit}”的单位 / no unit {unit!r} in the plan of {plan.year}. 可选 / "
            f"known: {known}"
        )
    return Filling(
        plan.year,
        tuple(one.name for one in plan.units),
        tuple(one.name_zh for one in plan.projects),
        names.get(unit, ""),
    )
