"""Nights run in this process: faster than the command line, the same code below it."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING

from pipeline.config.home import Home
from pipeline.run.night import run_night
from pipeline.run.rebuild import rebuild
from pipeline.run.run_config import NightResult, RunConfig
from tests.support.containers import write_file

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.containers import Cells


def night(home: Path, as_of: str, code: int = 0) -> NightResult:
    """Run a night as of a day and insist on its exit code."""
    result = run_night(RunConfig.prepare(Home(home), date.fromisoformat(as_of)), lambda _: None)
    assert result.exit_code == code, (
        result.message,
        result.questions,
        result.warnings,
        [o.reason for o in result.outcomes],
    )
    return result


def build_again(home: Path, as_of: str) -> None:
    """Make the whole warehouse again from the archive."""
    rebuild(RunConfig.prepare(Home(home), date.fromisoformat(as_of)), lambda _: None)


def drop_table(home: Path, folder: str, name: str, cells: Cells, at: int = 1_700_000_000) -> Path:
    """Drop a workbook of one sheet with a modification time."""
    path = home / "inbox" / folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, {"Sheet1": cells}, "xlsx")
    os.utime(path, (at, at))
    return path
