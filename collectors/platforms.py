"""Platforms as data: their names for people, and where their live sessions are listed."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from collectors.written import read_toml, validated

_FILE = Path(__file__).with_name("platforms.toml")


class Platform(BaseModel):
    """One platform: its name for people."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name_zh: str
    live_zh: str | None = None
    lives_by_default: bool = False


def load_platforms(path: Path = _FILE) -> dict[str, Platform]:
    """Return the platforms by the name that layouts and settings use."""
    return {
        name: validated(Platform, content, f"{path}: {name}: ", "Mend the file.")
        for name, content in read_toml(path).items()
    }
