"""What checks, comments and corrections cost.

All models of a big history against the same SQL by hand.
"""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from benchmarks.bench.growth import run_module
from benchmarks.bench.measure import Findings, Line
from benchmarks.history import NIGHT, Mix
from benchmarks.rivals.environment import run_plain
from pipeline.config.checkout import TRANSFORMS
from pipeline.config.home import Home
from pipeline.models.folder import read_macros
from pipeline.run.night import prepare
from pipeline.run.run_config import RunConfig
from pipeline.warehouse import publish

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.models.model import Model

MIX = Mix(read_days=40)
SHOWN = 10


def marts(folder: Path, article_days: int) -> Findings:
    """Compute everything, each side in a process of its own.

    `article_days` says how many daily rows of articles lie in raw.
    """
    root = folder / "marts"
    accounts = -(-article_days // MIX.article_days_per_account)
    count = run_module("prepare_history", root, accounts * MIX.rows_per_account, MIX.read_days)[
        "rows"
    ]
    home = Home(root)
    job = RunConfig.prepare(home, NIGHT - timedelta(days=1))
    build = publish.start_build(home)
    with publish.open_build(build) as con:
        prepare(con, job, "bench")
    theirs = {
        memory: _by_hand(folder, build, statements(job.models, memory))
        for memory in (None, publish.MEMORY)
    }
    ours = run_module("models_only", build)
    shutil.rmtree(root)
    what = (
        f"all {len(ours)} models on {accounts * MIX.article_days_per_account:,} daily article "
        f"rows ({count:,} rows of raw)"
    )
    total = sum(one["seconds"] for one in ours.values())
    lines = [
        Line(
            what, total, f"the same SQL by hand, {_memory(limit)}", sum(spent.values()), at_most=1.2
        )
        for limit, spent in theirs.items()
    ]
    return Findings(lines, _table(ours, theirs))


def statements(models: list[Model], memory: str | None) -> dict[str, Any]:
    """Return what `by_hand.py` executes.

    Settings, our macros, then every model's bare SELECT in order.
    """
    limit = [f"set memory_limit = '{memory}'"] if memory else []
    functions = read_macros(TRANSFORMS)
    return {
        "before": ["set timezone = 'Asia/Shanghai'", *limit, functions],
        "tables": {model.table: model.sql for model in models},
    }


def _by_hand(folder: Path, build: Path, given: dict[str, Any]) -> dict[str, float]:
    """Return the seconds by table on a copy of the build."""
    hand, listed = folder / "hand.duckdb", folder / "statements.json"
    shutil.copyfile(build, hand)
    listed.write_text(json.dumps(given), "utf-8")
    spent = run_plain("by_hand", hand, listed, folder=folder)
    hand.unlink()
    return spent


def _memory(limit: str | None) -> str:
    return f"in the night's {limit}" if limit else "in all memory"


def _table(ours: dict[str, Any], theirs: dict[str | None, dict[str, float]]) -> list[str]:
    """Return the costliest models and those that hold most memory."""
    costly = sorted(ours, key=lambda name: -ours[name]["seconds"])[:SHOWN]
    hand = "".join(f" by hand, {_memory(limit)} |" for limit in theirs)
    return [
        "The costliest models of the whole computation:", "",
        f"| model | rows | ours | peak of the process meanwhile |{hand}",
        f"|---|---|---|---|{'---|' * len(theirs)}",
        *(
            (
                f"| {name} | {ours[name]['rows']:,} | {ours[name]['seconds']:.1f} s | "
                f"{ours[name]['peak_mb']:,.0f} MB |"
            ) + "".join(f" {spent[name]:.1f} s |" for spent in theirs.values())
            for name in costly
        ),
    ]  # fmt: skip
