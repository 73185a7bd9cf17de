"""The yearly work plan as data (`plans/<year>.toml`)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipeline.base.errors import ConfigError
from pipeline.config.files import load_toml

if TYPE_CHECKING:
    from pathlib import Path


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Target(_Entry):
    """One figure the plan asks for: growth over the base year, or a count within the year."""

    id: str
    name_zh: str
    kind: Literal["stock_growth", "flow_growth", "count"]
    metric: str
    unit: str
    growth_pct: float | None = None
    target: float | None = None
    method: Literal["two_flows", "flow", "gamma_poisson", "milestone"]
    definition_zh: str
    quote: str


class Project(_Entry):
    """One row of the plan's calendar; `months` are those it falls into."""

    id: str
    name_zh: str
    time_zh: str
    months: tuple[int, ...]
    departments: tuple[str, ...]
    content_zh: str
    keywords: tuple[str, ...]


class Unit(_Entry):
    """A unit of the system, with the names people write for it."""

    name: str
    kind: str
    aliases: tuple[str, ...] = ()


class Annotation(_Entry):
    """A span of days with a reason; `affects_base` lets the forecast repair the base year there."""

    from_: date = Field(alias="from")
    to: date
    affects_base: bool
    reason_zh: str


class Plan(_Entry):
    """A whole plan."""

    year: int
    base_year: int
    title: str
    document: str
    issued_on: date
    targets: tuple[Target, ...]
    projects: tuple[Project, ...]
    units: tuple[Unit, ...]
    annotations: tuple[Annotation, ...] = ()

    @model_validator(mode="after")
    def _names_are_clear(self) -> Plan:
        owners: dict[str, str] = {}
        for unit in self.units:
            for name in {unit.name, *unit.aliases}:
                if owners.setdefault(name, unit.name) != unit.name:
                    raise ValueError(f"the name {name!r} belongs to two units: {owners[name]} and {unit.name}")
        for kind, ids in (("target", [t.id for t in self.targets]), ("project", [p.id for p in self.projects])):
            twice = next((one for one in ids if ids.count(one) > 1), None)
            if twice:
                raise ValueError(f"{kind} id {twice!r} stands twice")
        return self


def load_plan(path: Path) -> Plan:
    """Read a plan; ConfigError names file, key and what to do."""
    if not path.is_file():
        raise ConfigError(f"no plan: {path} does not exist. Set `plan` in pipeline.toml to a year or a path.")
    return load_toml(Plan, path)
