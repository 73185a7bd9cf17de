"""Exports expected of each account, unit and of the office.

Layouts say it for all, pipeline.toml for one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.base.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from collectors.layout import Layout
    from pipeline.config.plan import Plan
    from pipeline.config.settings import Expect, Settings

OFFICE = "office"


class Expected(NamedTuple):
    """One export of one owner.

    How often, until when after the period's end, and how long the platform stores it.
    """

    owner_kind: str
    owner: str
    owner_zh: str
    unit: str | None
    export: str
    export_zh: str
    measure: str
    is_daily: bool
    every: str
    within_days: int
    window_days: int | None
    since: date | None
    how_zh: str
    layouts: tuple[str, ...] = ()  # whose files bring it


def expectations(settings: Settings, plan: Plan, layouts: Iterable[Layout]) -> list[Expected]:
    """Return everything that is expected.

    ConfigError names an `[[expect]]` entry that fits nothing.
    """
    everything = {(one.owner, one.export): one for one in _of_all(settings, plan, layouts)}
    for entry in settings.expect:
        key = (entry.owner, entry.export)
        if key not in everything:
            known = (
                ", ".join(sorted(export for owner, export in everything if owner == entry.owner))
                or "no such owner"
            )
            raise ConfigError(
                f"pipeline.toml: [[expect]] {entry.owner} {entry.export}: nothing like it is expected. "
                f"Known of it: {known}."
            )
        everything[key] = _changed(everything[key], entry)
    return [one for one in everything.values() if one.every != "never"]


def _changed(one: Expected, entry: Expect) -> Expected:
    given = entry.model_dump(
        include={"every", "within_days", "window_days", "since"}, exclude_none=True
    )
    return one._replace(**given)


def _of_all(settings: Settings, plan: Plan, layouts: Iterable[Layout]) -> Iterator[Expected]:
    layouts = list(layouts)
    for layout in layouts:
        rule = layout.expected
        if rule is None:
            continue
        kin = _kin(layout, layouts)
        shared = (
            rule.export,
            rule.export_zh,
            rule.covers,
            rule.daily,
            rule.every,
            rule.within_days,
            rule.window_days,
        )
        if rule.of == "account":
            for account in settings.accounts:
                if account.platform == layout.platform:
                    yield Expected(
                        "account",
                        account.id,
                        account.name,
                        account.unit,
                        *shared,
                        account.since,
                        rule.how_zh,
                        kin,
                    )
        elif rule.of == "unit":
            for unit in plan.units:
                yield Expected(
                    "unit", unit.name, unit.name, unit.name, *shared, None, rule.how_zh, kin
                )
        else:
            yield Expected(OFFICE, OFFICE, "宣传处", None, *shared, None, rule.how_zh, kin)


def _kin(layout: Layout, layouts: list[Layout]) -> tuple[str, ...]:
    """Return the layouts of the same platform whose rows land in the same tables."""
    tables = {table.table for table in layout.tables}
    return tuple(
        one.id
        for one in layouts
        if one.platform == layout.platform and tables & {table.table for table in one.tables}
    )
