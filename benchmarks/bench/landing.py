"""Landing a big CSV: read, recognised, every cell judged, provenance kept."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import duckdb

from benchmarks.bench.measure import Findings, Line, seconds
from benchmarks.bench.news import write_csv
from benchmarks.rivals.environment import is_there, run_script
from collectors.read.worker_pool import Reader
from pipeline.config.home import Home
from pipeline.ingest import inbox
from pipeline.ingest.load import Loader, Night
from pipeline.run.night import prepare
from pipeline.run.run_config import RunConfig
from pipeline.warehouse import publish

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = date(2023, 10, 31)
DLT = {
    "insert": ("dlt, dicts of rows, its default", 10.0),
    "parquet": ("dlt, dicts of rows, by Parquet", 10.0),
    "arrow": ("dlt, Arrow tables", None),
}


def landing(folder: Path, rows: int) -> Findings:
    """Land a CSV; against DuckDB's own reader into a table of text and dlt's ways into DuckDB."""
    home = Home(folder / "landing")
    home.inbox.mkdir(parents=True)
    home.make_inbox(["a0"])
    home.config.write_text(
        'plan = "2023"\n[[accounts]]\nid = "a0"\nname = "甲"\nplatform = "wechat"\n', "utf-8"
    )
    path = home.inbox / "news" / "news.csv"
    write_csv(path, rows)
    ours = _land(home, rows)
    with duckdb.connect(folder / "other.duckdb") as con:
        other = seconds(
            lambda: con.execute(f"create table t as from read_csv('{path}', all_varchar = true)")
        )
    what = f"{rows:,} CSV rows landed, every cell judged"
    return Findings(
        [
            Line(what, ours, "DuckDB read_csv", other, at_most=2),
            *(
                Line(what, ours, name, _by_dlt(folder, way, path, rows), at_least=goal)
                for way, (name, goal) in DLT.items()
            ),
        ]
    )  # fmt: skip


def _land(home: Home, rows: int) -> float:
    """Return the seconds of the night's own intake into a fresh warehouse."""
    job = RunConfig.prepare(home, AS_OF)
    with publish.open_build(publish.start_build(home)) as con, Reader(job.layouts) as reader:
        prepare(con, job, "bench")
        intake = Loader(
            con, reader, job.layouts, Night("bench", AS_OF, job.settings.today(), job.settings)
        )

        def take() -> None:
            with intake.reading(inbox.scan(home.inbox)):
                intake.take(lambda _: None)

        spent = seconds(take)
        (count,) = con.execute("select count(*) from raw.news_item").fetchone() or (0,)
    if count != rows:
        raise SystemExit(
            f"{count} of {rows} rows landed: {[outcome.reason for outcome in intake.outcomes]}"
        )
    return spent


def _by_dlt(folder: Path, way: str, path: Path, rows: int) -> float | None:
    if not is_there():
        return None
    own = folder / f"dlt-{way}"
    own.mkdir()
    found = run_script("csv_by_dlt", way, path, own / "out.duckdb", folder=own)
    if found["rows"] != rows:
        raise SystemExit(f"dlt ({way}) loaded {found['rows']} of {rows} rows")
    return float(found["seconds"])
