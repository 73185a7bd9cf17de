"""What the figures were measured on, and where they are written."""

from __future__ import annotations

import os
import platform
import re
from importlib.metadata import version
from pathlib import Path


def machine() -> str:
    """Name processor, memory, system and the versions that matter."""
    return (
        f"{os.cpu_count()} × {_processor()}, {_gigabytes()} GB, {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}, DuckDB {version('duckdb')}"
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", info.read_text("utf-8")) if info.exists() else None
    return found[1].strip() if found else platform.machine()


def _gigabytes() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


def write_between(page: Path, name: str, lines: list[str]) -> None:
    """Replace what stands between `<!-- name:start -->` and `<!-- name:end -->`."""
    start, end = f"<!-- {name}:start -->", f"<!-- {name}:end -->"
    before, _, rest = page.read_text("utf-8").partition(start)
    _, found, after = rest.partition(end)
    if not found:
        raise SystemExit(f"{page}: the markers {start} and {end} are missing. Put them back.")
    page.write_text(before + start + "\n" + "\n".join(lines) + "\n" + end + after, "utf-8")
