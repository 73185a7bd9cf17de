"""Measure the pipeline and write docs/benchmarks.md.

Called by `python -m benchmarks.bench [--only start,landing] [--rows N] [--history N N]
[--article-days N]`.

Goals are those of the project's founders; a missed one stays on the page.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.machine import machine, write_between
from pipeline.config.checkout import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.bench.measure import Findings

PAGE = CHECKOUT / "docs" / "benchmarks.md"
SECTIONS = ("start", "sheets", "landing", "night", "marts", "history")


def sections(given: argparse.Namespace) -> dict[str, Callable[[Path], Findings]]:
    """Return what each section calls; its modules are loaded only then."""

    def start(_: Path) -> Findings:
        from benchmarks.bench.start import starting

        return starting()

    def sheets(folder: Path) -> Findings:
        from benchmarks.bench.sheets import sheets

        return sheets(folder)

    def landing(folder: Path) -> Findings:
        from benchmarks.bench.landing import landing

        return landing(folder, given.rows)

    def night(folder: Path) -> Findings:
        from benchmarks.bench.night import night

        return night(folder)

    def marts(folder: Path) -> Findings:
        from benchmarks.bench.marts import marts

        return marts(folder, given.article_days)

    def history(folder: Path) -> Findings:
        from benchmarks.bench.growth import growth

        return growth(folder, given.history)

    return {call.__name__: call for call in (start, sheets, landing, night, marts, history)}


def page(found: list[Findings]) -> list[str]:
    """Return what stands between the markers.

    The machine, one table of ratios, then what sections add.
    """
    lines = [line.row() for one in found for line in one.lines]
    table = (
        [
            "",
            "| what | ours | instead | it | ratio | goal | met |",
            "|---|---|---|---|---|---|---|",
            *lines,
        ]
        if lines
        else []
    )
    return [
        f"{machine()}.",
        *table,
        *(text for one in found if one.text for text in ("", *one.text)),
    ]


def main() -> None:
    """Measure, print, and write the page when every section was measured or a page is named."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument(
        "--only",
        default=",".join(SECTIONS),
        help="sections, with commas between them; then the page is only printed",
    )
    words.add_argument("--rows", type=int, default=1_000_000, help="CSV rows to land")
    words.add_argument(
        "--history",
        type=int,
        nargs="*",
        default=[1_000_000, 10_000_000, 50_000_000],
        help="rows of history",
    )
    words.add_argument(
        "--article-days",
        type=int,
        default=50_000_000,
        help="daily article rows that all models are computed on",
    )
    words.add_argument(
        "--page",
        type=Path,
        help=f"page to write (default: {PAGE.relative_to(CHECKOUT)}, when all was measured)",
    )
    words.add_argument(
        "--folder",
        type=Path,
        help="where to work (default: the system's temporary folder); 50 M rows need some 40 GB",
    )
    given = words.parse_args()
    chosen = given.only.split(",")
    if unknown := sorted(set(chosen) - set(SECTIONS)):
        words.error(f"no section {unknown[0]!r}: choose from {', '.join(SECTIONS)}")
    found = []
    for name in chosen:
        with tempfile.TemporaryDirectory(prefix=f"bench-{name}-", dir=given.folder) as folder:
            found.append(sections(given)[name](Path(folder)))
        sys.stdout.write(
            "\n".join([*(line.row() for line in found[-1].lines), *found[-1].text]) + "\n"
        )
        sys.stdout.flush()
    target = given.page or (PAGE if set(chosen) == set(SECTIONS) else None)
    if target:
        write_between(target, "bench", page(found))


if __name__ == "__main__":
    main()
