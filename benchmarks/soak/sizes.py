"""How much disk a home takes, by what is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# in the order of the page; everything else of a home is `other`
PARTS = ("warehouse.duckdb", "archive", "quarantine", "held", "output")
_MB = 2**20


def sizes(home: Path) -> dict[str, int]:
    """Return the bytes of each part of a home, of folders those of all files in them."""
    found = dict.fromkeys((*PARTS, "other"), 0)
    for path in home.rglob("*"):
        if path.is_file() and not path.is_symlink():
            part = path.relative_to(home).parts[0]
            found[part if part in found else "other"] += path.stat().st_size
    return found


def table(years: Mapping[int, Mapping[str, int]]) -> list[str]:
    """Return a Markdown table: a row a year's end, megabytes."""
    if not years:
        return []
    names = list(next(iter(years.values())))
    return [
        "",
        f"| MB at the end of | {' | '.join(names)} |",
        "|---|" + "---|" * len(names),
        *(
            f"| {year} | {' | '.join(f'{found[name] / _MB:,.1f}' for name in names)} |"
            for year, found in years.items()
        ),
    ]
