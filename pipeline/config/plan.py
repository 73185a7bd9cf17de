"""The yearly work plan as data (`plans/<year>.toml`)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipeline.base.errors import ConfigError
from pipeline.config.files import load_toml

if TYPE_CHECKING:
    from pathlib import Path


# What a target counts or measures; staging.target_event and staging.target_figure have a line for
# each.
Metric = Literal[
    "followers", "reads", "readers", "articles", "publications", "activities", "live_sessions",
    "products", "interviews", "sessions",
]  # fmt: skip


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Month = Annotated[int, Field(ge=1, le=12)]
Pace = Literal["comparable", "linear", "quarters", "scheduled"]
# all other metrics are counted
_MEASURED = {"stock_growth": ("followers",), "flow_growth": ("reads", "readers")}
_QUARTER_ENDS = (3, 6, 9, 12)


class Target(_Entry):
    """One figure the plan asks for: growth over the base year, or a count within the year.

    `from` dates a change in mid-year: the entry holds from that day on, an earlier entry of the
    same id before it.
    """

    id: Annotated[str, Field(min_length=1)]
    name_zh: str
    kind: Literal["stock_growth", "flow_growth", "count"]
    metric: Metric
    unit: str
    growth_pct: Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)] | None = None
    target: Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)] | None = None
    method: Literal["two_flows", "flow", "gamma_poisson", "milestone"]
    pace: Pace | None = None
    months: tuple[Month, ...] = ()
    project: str | None = None
    from_: Annotated[date | None, Field(alias="from")] = None
    definition_zh: str
    quote: str

    @model_validator(mode="after")
    def _asks_for_one_figure(self) -> Self:
        wanted, other = (
            ("target", "growth_pct") if self.kind == "count" else ("growth_pct", "target")
        )
        if getattr(self, wanted) is None:
            raise ValueError(f'{wanted} is missing (kind = "{self.kind}")')
        if getattr(self, other) is not None:
            raise ValueError(f'{other} does not belong to kind = "{self.kind}"; give {wanted} only')
        measured = _MEASURED.get(self.kind)
        if (
            (self.metric not in measured)
            if measured
            else self.metric in ("followers", "reads", "readers")
        ):
            raise ValueError(f'metric = "{self.metric}" does not belong to kind = "{self.kind}"')
        if self.pace in ("quarters", "scheduled") and self.kind != "count":
            raise ValueError(f'pace = "{self.pace}" is for counts only')
        if self.months and self.pace != "scheduled":
            raise ValueError('months belong to pace = "scheduled"')
        if self.project and self.kind != "count":
            raise ValueError("project belongs to counts: their events are its evidence")
        if self.months and self.project:
            raise ValueError("give months or project, not both")
        return self

    @property
    def paced_by(self) -> Pace:
        """The declared pace.

        Without one, flows follow their comparable days and all else the days gone.
        """
        return self.pace or ("comparable" if self.method == "flow" else "linear")


class Project(_Entry):
    """One row of the plan's calendar; `months` are those it falls into."""

    id: str
    name_zh: str
    time_zh: str
    months: Annotated[tuple[Month, ...], Field(min_length=1)]
    departments: tuple[str, ...]
    content_zh: str
    keywords: tuple[str, ...]


class Unit(_Entry):
    """A unit of the system, with the names people write for it."""

    name: str
    kind: str
    aliases: tuple[str, ...] = ()


class MediaColumn(_Entry):
    """A media programme the plan names.

    A report counts for it when 版面栏目 contains one of its words.
    """

    id: str
    name_zh: str
    words: Annotated[tuple[str, ...], Field(min_length=1)]


class Annotation(_Entry):
    """A span of days with a reason; `affects_base` lets the forecast repair the base year there."""

    from_: date = Field(alias="from")
    to: date
    affects_base: bool
    reason_zh: str


class Plan(_Entry):
    """A whole plan."""

    year: Annotated[int, Field(ge=2000, le=2100)]
    base_year: Annotated[int, Field(ge=2000, le=2100)]
    title: str
    document: str = ""
    field_zh: str = ""  # the office's field of work, before 宣传周报 in the names of reports
    issued_on: date | None = None
    targets: tuple[Target, ...]
    projects: tuple[Project, ...]
    units: tuple[Unit, ...]
    annotations: tuple[Annotation, ...] = ()
    media_columns: tuple[MediaColumn, ...] = ()

    @model_validator(mode="after")
    def _names_are_clear(self) -> Plan:
        owners: dict[str, str] = {}
        for unit in self.units:
            for name in {unit.name, *unit.aliases}:
                if owners.setdefault(name, unit.name) != unit.name:
                    raise ValueError(
                        f"the name {name!r} belongs to two units: {owners[name]} and {unit.name}"
                    )
        ids = [project.id for project in self.projects]
        if twice := next((one for one in ids if ids.count(one) > 1), None):
            raise ValueError(f"project id {twice!r} stands twice")
        return self

    @model_validator(mode="after")
    def _targets_are_clear(self) -> Plan:
        seen: dict[str, Target] = {}
        for target in self.targets:
            before = seen.get(target.id)
            if before and (target.from_ is None or (before.from_ and target.from_ <= before.from_)):
                raise ValueError(
                    f"target id {target.id!r} stands twice; a changed target needs a later "
                    "`from = DATE`"
                )
            if before and before.kind != target.kind:
                raise ValueError(
                    f"target {target.id!r} changes its kind on {target.from_}; give it an id of "
                    "its own"
                )
            if target.from_ and target.from_.year != self.year:
                raise ValueError(
                    f"target {target.id!r}: from = {target.from_} is not in {self.year}"
                )
            if not before and target.from_:
                raise ValueError(
                    f"target {target.id!r} has from = {target.from_} but no entry for the days "
                    "before"
                )
            if target.project and target.project not in {project.id for project in self.projects}:
                raise ValueError(f"target {target.id!r}: there is no project {target.project!r}")
            seen[target.id] = target
        if self.base_year >= self.year:
            raise ValueError(f"base_year {self.base_year} must lie before year {self.year}")
        return self

    def targets_on(self, day: date) -> list[Target]:
        """Return the entry of each target in force on `day`, in the order of the plan."""
        return list({t.id: t for t in self.targets if t.from_ is None or t.from_ <= day}.values())

    def schedule(self, target: Target) -> dict[int, float]:
        """Return which share of a count is due by the end of which month.

        {} where days and not months set the pace.

        Without months or a project of its own, a scheduled count follows the whole calendar: each
        project spread over its months.
        """
        if target.paced_by == "quarters":
            return dict.fromkeys(_QUARTER_ENDS, 1 / len(_QUARTER_ENDS))
        if target.paced_by != "scheduled":
            return {}
        spans = [
            project.months for project in self.projects if target.project in (None, project.id)
        ]
        spans = [target.months] if target.months else spans
        due = [(month, 1 / len(months) / len(spans)) for months in spans for month in months]
        return {
            month: sum(share for other, share in due if other == month)
            for month in sorted({m for m, _ in due})
        }


def load_plan(path: Path) -> Plan:
    """Read a plan; ConfigError names file, key and what to do."""
    if not path.is_file():
        raise ConfigError(
            f"no plan: {path} does not exist. Set `plan` in pipeline.toml to a year or a path."
        )
    return load_toml(Plan, path)
