"""Folders and files of a home."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.base.errors import ConfigError
from pipeline.config.checkout import LAYOUT_FOLDER, TRANSFORMS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from collectors.layout import Layout
    from pipeline.config.settings import Settings


@dataclass(frozen=True)
class Home:
    """A folder that holds one office's inbox, archive and warehouse."""

    root: Path

    @property
    def config(self) -> Path:
        """Settings file."""
        return self.root / "pipeline.toml"

    @property
    def warehouse(self) -> Path:
        """Published database, mode 0444, replaced as a whole."""
        return self.root / "warehouse.duckdb"

    @property
    def inbox(self) -> Path:
        """Folder people drop exports into, one sub-folder a source."""
        return self.root / "inbox"

    @property
    def archive(self) -> Path:
        """Every file ever taken in, by content."""
        return self.root / "archive"

    @property
    def quarantine(self) -> Path:
        """Files nothing recognised, each with its reason."""
        return self.root / "quarantine"

    @property
    def output(self) -> Path:
        """Reports and logs."""
        return self.root / "output"

    @property
    def build(self) -> Path:
        """Private folder of the night's unpublished work."""
        return self.root / ".build"

    @property
    def parsed_models(self) -> Path:
        """File of parsed SQL models, a cache that may be deleted at any time."""
        return self.root / ".cache" / "models.json"

    @property
    def lock(self) -> Path:
        """File whose flock says that a run is under way."""
        return self.root / ".pipeline.lock"

    @property
    def corrections(self) -> Path:
        """Corrections of cells that the sources have wrong."""
        return self.root / "corrections.toml"

    @property
    def decisions(self) -> Path:
        """Decisions of people, one JSON line each."""
        return self.root / "decisions.jsonl"

    @property
    def held(self) -> Path:
        """Files that wait for a person's decision, one sub-folder a source."""
        return self.root / "held"

    @property
    def layouts(self) -> Path:
        """Office's own layout declarations."""
        return self.root / "layouts"

    def read_layouts(self) -> dict[str, Layout]:
        """Read the layouts of the checkout and the office's own.

        ConfigError names file, layout and place.
        """
        from collectors.layout import load_layouts
        from pipeline.config.files import config_errors

        with config_errors():
            return load_layouts(LAYOUT_FOLDER, self.layouts)

    @property
    def charts(self) -> Path:
        """The office's own charts, one Python file each."""
        return self.root / "charts"

    @property
    def transforms(self) -> Path:
        """The office's own marts, one SQL file each (schema office).

        In a checkout that is a home, apart from the product's.
        """
        own = self.root / "transforms"
        return own / "office" if own.resolve() == TRANSFORMS else own

    @property
    def plans(self) -> Path:
        """The office's own plans, one a year."""
        return self.root / "plans"

    def make_inbox(self, account_ids: Iterable[str]) -> None:
        """Make the folders that people drop files into: one an account, and the shared ones."""
        from pipeline.config.settings import SHARED_FOLDERS

        for name in (*account_ids, *SHARED_FOLDERS):
            (self.inbox / name).mkdir(parents=True, exist_ok=True)

    def settings(self) -> Settings:
        """Read pipeline.toml; ConfigError names the file, the key and what to do."""
        from pipeline.config.files import load_toml
        from pipeline.config.settings import Settings

        if not self.config.is_file():
            raise ConfigError(
                f"no settings: {self.config} does not exist. "
                "Add an account with `python -m pipeline accounts add`, or pass --home."
            )
        return load_toml(Settings, self.config)


def command(home: Path, *words: str) -> list[str]:
    """Return `python -m pipeline --home HOME …` for this Python."""
    return [sys.executable, "-m", "pipeline", "--home", str(home), *words]
