"""Which medium is of which level (中央, 市级, 区级, 商业 …).

Data that a person edits, `plans/media.csv` and `<home>/media.csv`.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, NamedTuple

from collectors.written import read_text
from pipeline.base.errors import ConfigError
from pipeline.config.files import config_errors

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

COLUMNS = ("media_name", "domain", "media_level")


class Medium(NamedTuple):
    """One medium; `domain` may be empty, then only the name identifies it."""

    media_name: str
    domain: str
    media_level: str


def load_media(paths: Iterable[Path]) -> list[Medium]:
    """Read the files that exist; a later file's line replaces an earlier one's of the same name.

    ConfigError names the line.
    """
    found: dict[str, Medium] = {}
    for path in paths:
        seen: set[str] = set()
        for number, medium in _lines(path) if path.is_file() else ():
            if not medium.media_name or not medium.media_level:
                raise ConfigError(
                    f"{path}: line {number}: media_name and media_level must be filled. Mend "
                    "that line."
                )
            if medium.media_name in seen:
                raise ConfigError(
                    f"{path}: line {number}: {medium.media_name} stands twice. Keep one of them."
                )
            seen.add(medium.media_name)
            found[medium.media_name] = medium
    return list(found.values())


def _lines(path: Path) -> Iterable[tuple[int, Medium]]:
    with config_errors():
        text = read_text(path)
    reader = csv.DictReader(text.splitlines())
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise ConfigError(f"{path}: the first line must be {','.join(COLUMNS)}. Mend it.")
    for row in reader:
        if None in row or None in row.values():
            raise ConfigError(
                f"{path}: line {reader.line_num}: not {len(COLUMNS)} cells. Mend that line."
            )
        yield reader.line_num, Medium(*(row[name].strip() for name in COLUMNS))
