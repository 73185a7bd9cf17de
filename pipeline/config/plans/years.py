"""The plan of a day.

`<home>/plans/YEAR.toml`, else the checkout's `plans/YEAR.toml`, unless pipeline.toml pins one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.base.errors import ConfigError
from pipeline.config.checkout import PLANS
from pipeline.config.plan import Plan, load_plan

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from pipeline.config.home import Home
    from pipeline.config.settings import Settings


def plan_files(home: Home) -> dict[int, Path]:
    """Return the plans that exist, by year; the home's come before the checkout's."""
    found = [
        path
        for folder in (PLANS, home.plans)
        for path in folder.glob("*.toml")
        if path.stem.isdigit()
    ]
    return {
        int(path.stem): path for path in sorted(found, key=lambda path: path.parent == home.plans)
    }


def pinned_file(home: Home, settings: Settings) -> Path | None:
    """Return the plan that pipeline.toml pins: a path (relative to the home), or a name of a plan."""
    if not settings.plan:
        return None
    if settings.plan.endswith(".toml"):
        return home.root / settings.plan
    own = home.plans / f"{settings.plan}.toml"
    return own if own.is_file() else PLANS / own.name


def plan_for(home: Home, settings: Settings, day: date) -> Plan:
    """Return the plan of the day.

    The pinned one, else that of its year, else one without targets to reach.
    """
    pinned = pinned_file(home, settings)
    return load_plan(pinned) if pinned else plan_of_year(home, day.year)


def plan_of_year(home: Home, year: int) -> Plan:
    """Return a year's plan.

    Without one, the figures of the nearest plan with nothing to reach, so that they go on.
    """
    files = plan_files(home)
    if year in files:
        return _of_its_year(files[year], year)
    nearest = max((other for other in files if other < year), default=min(files, default=None))
    if nearest is None:
        raise ConfigError(
            f"没有任何年度计划 / no plan at all: neither {home.plans} nor {PLANS} has a YEAR.toml."
        )
    return _without_aims(_of_its_year(files[nearest], nearest), year)


def _of_its_year(path: Path, year: int) -> Plan:
    plan = load_plan(path)
    if plan.year != year:
        raise ConfigError(
            f"{path}: 文件名与 year 不符 / its name says {year}, its year {plan.year}. Mend one "
            "of them."
        )
    return plan


def _without_aims(plan: Plan, year: int) -> Plan:
    aims = {target.id: target for target in plan.targets}
    targets = [
        target.model_copy(
            update={
                "growth_pct": None,
                "target": None,
                "from_": None,
                "pace": "linear",
                "months": (),
            }
        )
        for target in aims.values()
    ]
    return plan.model_copy(
        update={
            "year": year,
            "base_year": year - 1,
            "title": f"{year}年（尚无计划）",
            "document": "",
            "targets": tuple(targets),
            "projects": (),
        }
    )
