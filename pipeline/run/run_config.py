"""The input and the result of a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.base.errors import ConfigError
from pipeline.base.run_ids import day_of
from pipeline.config.checkout import PLANS, TRANSFORMS
from pipeline.config.corrections import Correction, load_corrections
from pipeline.config.decisions import DecisionLog, read_log
from pipeline.config.media import Medium, load_media
from pipeline.config.plans.years import pinned_file, plan_for
from pipeline.ingest.load import Night
from pipeline.models.folder import load_models, read_model
from pipeline.models.parse_cache import ParseCache

if TYPE_CHECKING:
    from datetime import date

    from collectors.layout import Layout
    from pipeline.config.home import Home
    from pipeline.config.plan import Plan
    from pipeline.config.settings import Settings
    from pipeline.ingest import fetch
    from pipeline.ingest.files.outcomes import FileOutcome
    from pipeline.models import checks
    from pipeline.models.model import Model


@dataclass
class NightResult:
    """Result of a run; `exit_code` is the process's."""

    run_id: str
    as_of: date
    exit_code: int = 0
    status: str = "published"
    message: str = ""
    outcomes: list[FileOutcome] = field(default_factory=list)
    warnings: list[checks.CheckResult] = field(default_factory=list)
    restatements: int = 0
    alerts: int = 0
    targets: list[dict[str, Any]] = field(default_factory=list)
    collected: list[fetch.Collected] = field(default_factory=list)
    broken_decisions: list[str] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)
    not_archived: list[str] = field(default_factory=list)
    suspects: list[dict[str, Any]] = field(default_factory=list)

    def count(self, status: str) -> int:
        """Return how many files ended with `status`."""
        return sum(outcome.status == status for outcome in self.outcomes)

    def rows(self, name: str) -> int:
        """Return the sum of one field of the files' tallies."""
        return sum(getattr(outcome.tally, name) for outcome in self.outcomes)


@dataclass(frozen=True)
class RunConfig:
    """Everything a run needs, read and validated before anything is touched."""

    home: Home
    settings: Settings
    plan: Plan
    layouts: dict[str, Layout]
    models: list[Model]
    as_of: date
    corrections: list[Correction]
    media: list[Medium]
    decisions: DecisionLog

    @classmethod
    def prepare(cls, home: Home, as_of: date | None) -> RunConfig:
        """Read settings, plan, layouts and models; ConfigError when one of them is wrong."""
        settings = home.settings()
        day = as_of or settings.default_as_of()
        if day > settings.today():
            raise ConfigError(
                f"--as-of {day} lies in the future. Give a day up to {settings.today()}."
            )
        layouts = home.read_layouts()
        plan, models = plan_for(home, settings, day), parse_models(home)
        columns = {model.table: set(model.columns) for model in models}
        pinned = pinned_file(home, settings)
        plans = pinned.parent if pinned else PLANS
        corrections = load_corrections((plans / "corrections.toml", home.corrections), columns)
        media = load_media((PLANS / "media.csv", home.root / "media.csv"))
        return cls(home, settings, plan, layouts, models, day, corrections, media, read_log(home))

    def night(self, run_id: str) -> Night:
        """Return what the intake needs to know of the run."""
        today = max(self.settings.today(), day_of(run_id, self.settings.timezone))
        return Night(
            run_id,
            self.as_of,
            today,
            self.settings,
            frozenset(unit.name for unit in self.plan.units),
            self.plan.year,
        )


def parse_models(home: Home) -> list[Model]:
    """Return all models, the home's own included; what parsing them gives is kept in the home."""
    cache = ParseCache(home.parsed_models)
    models = load_models(
        TRANSFORMS, lambda path, schema: cache.model(path, schema, read_model), home.transforms
    )
    cache.save()
    return models
