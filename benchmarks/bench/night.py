"""A whole small night.

30 exports and ledgers of the examples, from the files to the marts, each side from an empty
warehouse.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import duckdb

from benchmarks.bench.measure import Findings, Line, seconds
from benchmarks.rivals.dbt_project import write_project
from benchmarks.rivals.environment import BIN, is_there, run, run_script
from pipeline.config.checkout import CHECKOUT
from pipeline.config.home import Home
from pipeline.ingest.raw_tables import raw_columns
from pipeline.run.night import prepare
from pipeline.run.run_config import RunConfig
from pipeline.warehouse import publish

if TYPE_CHECKING:
    from pathlib import Path


EXAMPLES = CHECKOUT / "examples"
AS_OF = date(2023, 10, 31)
FILES = 30
TIMES = 3
# They may differ: when a file was read; which of two media of one day was first; rows that stand
# twice in a ledger (dlt loads both).
MAY_DIFFER = ("data_freshness", "story", "target_evidence", "target_evidence_by_file")


def night(folder: Path) -> Findings:
    """Run the night by the command line, and dlt and dbt-duckdb on the same files, in turn.

    Of each the best of some times counts: neighbours on the machine only ever cost time. The
    figures of both must be equal.
    """
    ours: list[float] = []
    theirs: list[dict[str, float]] = []
    for turn in map(str, range(TIMES)):
        home = _home(folder / "night" / turn)
        job = RunConfig.prepare(home, AS_OF)
        if is_there():
            theirs.append(_rivals(folder / "rivals" / turn, home, job))
        ours.append(seconds(partial(_run, home)))
        if theirs:
            _require_same(home.warehouse, folder / "rivals" / turn / "night.duckdb")
    best = min(theirs, key=lambda one: sum(one.values())) if theirs else None
    what = f"a night of {FILES} files, {len(job.models)} models, from the shell"
    other = sum(best.values()) if best else None
    findings = Findings([Line(what, min(ours), "dlt + dbt-duckdb", other, at_least=5)])
    if best:
        findings.text.append(
            f"Of their night: dlt {best['dlt']:.1f} s, dbt build {best['dbt']:.1f} s, the best of "
            f"{_listed([sum(one.values()) for one in theirs])}; ours is the best of "
            f"{_listed(ours)}. Every row of all marts but {len(MAY_DIFFER)} was equal."
        )
    return findings


def _listed(times: list[float]) -> str:
    return ", ".join(f"{one:.1f}" for one in times)


def chosen() -> list[tuple[str, float]]:
    """Return path and export time of the files: all ledgers and CSVs, then the newest exports.

    No duplicate, no alien file.
    """
    with (EXAMPLES / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        listed = [
            (row["path"], datetime.fromisoformat(row["exported_at"]))
            for row in csv.DictReader(stream)
        ]
    good = [one for one in listed if not one[0].endswith(("食堂菜单.xlsx", "用户增长 (1).xls"))]
    good.sort(
        key=lambda one: (
            one[0].startswith("inbox/ledger/") or one[0].endswith(".csv"),
            one[1],
            one[0],
        ),
        reverse=True,
    )
    return [
        (path, at.replace(tzinfo=ZoneInfo("Asia/Shanghai")).timestamp())
        for path, at in good[:FILES]
    ]


def _home(root: Path) -> Home:
    home = Home(root)
    root.mkdir(parents=True)
    shutil.copyfile(EXAMPLES / "pipeline.toml", home.config)
    home.make_inbox([account.id for account in home.settings().accounts])
    for path, at in chosen():
        shutil.copyfile(EXAMPLES / path, root / path)
        os.utime(root / path, (at, at))
    return home


def _run(home: Home) -> None:
    command = [
        sys.executable,
        "-m",
        "pipeline",
        "--home",
        str(home.root),
        "run",
        "--as-of",
        str(AS_OF),
    ]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3):
        raise SystemExit(done.stdout + done.stderr)


def _rivals(folder: Path, home: Home, job: RunConfig) -> dict[str, float]:
    """Return the seconds of each rival.

    What their users would have prepared once (project, empty tables, plan) is not counted.
    """
    folder.mkdir(parents=True)
    database, shapes = folder / "night.duckdb", folder / "shapes.json"
    shapes.write_text(json.dumps(_shapes(job)), "utf-8")
    _prepared(home, job, list(_shapes(job))).replace(database)
    project = write_project(folder / "project", job.models, database)
    words = (home.inbox, shapes, database, str(AS_OF))
    build = [
        str(BIN / "dbt"),
        "build",
        "--project-dir",
        str(project),
        "--profiles-dir",
        str(project),
    ]
    return {
        "dlt": seconds(lambda: run_script("files_by_dlt", *words, folder=folder)),
        "dbt": seconds(lambda: run(build, folder)),
    }


def _shapes(job: RunConfig) -> dict[str, Any]:
    """Return for each table of the chosen files what a user of dlt would write down.

    Our labels and columns.
    """
    tables = [table for layout in job.layouts.values() for table in layout.tables]
    columns = raw_columns(tables)
    shapes: dict[str, Any] = {}
    for table in tables:
        shape = shapes.setdefault(
            table.table,
            {"labels": {}, "columns": [name for name in columns[table.table] if name != "extra"]},
        )
        shape["labels"] |= {
            label: column.name for column in table.columns for label in column.labels
        }
    return {name: shapes[name] for name in _TABLES}


_TABLES = (
    "wechat_follower_daily", "wechat_channel_daily", "wechat_article_7d", "ledger_report",
    "ledger_activity", "ledger_live", "ledger_product",
    "ledger_training", "ledger_interview", "ledger_incident",
)  # fmt: skip


def _prepared(home: Home, job: RunConfig, landed: list[str]) -> Path:
    """Return a database with the plan, the calendar and every empty table but those that dlt makes."""
    build = publish.start_build(home)
    with publish.open_build(build) as con:
        prepare(con, job, "bench")
        for table in landed:
            con.execute(f"drop table raw.{table}")
    return build


def _require_same(ours: Path, theirs: Path) -> None:
    with duckdb.connect() as con:
        con.execute(f"attach '{ours}' as ours (read_only)")
        con.execute(f"attach '{theirs}' as theirs (read_only)")
        con.execute("set timezone = 'Asia/Shanghai'")
        found = con.execute(
            "select table_name from duckdb_tables() where database_name = 'ours' and "
            "schema_name = 'mart'"
        ).fetchall()
        marts = sorted({name for (name,) in found} - set(MAY_DIFFER))
        for name in marts:
            for one, other in (("ours", "theirs"), ("theirs", "ours")):
                query = (
                    f"select count(*) from (from {one}.mart.{name} except all from "
                    f"{other}.mart.{name})"
                )
                (rows,) = con.execute(query).fetchone() or (0,)
                if rows:
                    raise SystemExit(
                        f"mart.{name}: {rows} row(s) of {one} are not in {other}: no fair "
                        "comparison"
                    )
