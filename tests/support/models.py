"""Rows in, rows out: run one model's SELECT on hand-made tables."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from collectors.layout import load_layouts
from examples.home import HERE
from pipeline.config.checkout import CHECKOUT, LAYOUT_FOLDER, PLANS, TRANSFORMS
from pipeline.config.home import Home
from pipeline.config.plan import load_plan
from pipeline.ingest.decisions import write_decisions
from pipeline.ingest.raw_tables import create_raw_tables
from pipeline.ingest.seeds import write_seeds
from pipeline.models.build import load_functions, plan_for_size
from pipeline.models.checks import CheckResult, check_model
from pipeline.models.corrections import write_corrections
from pipeline.models.folder import load_models, model_file, read_model
from pipeline.models.incremental import build_model
from pipeline.models.model import Model
from pipeline.warehouse.ddl import create_commented
from pipeline.warehouse.rows import fetch_dicts

Rows = list[dict[str, Any]]
BEIJING = ZoneInfo("Asia/Shanghai")
WHERE = "load_seq sheet row_number"  # the columns that say where a row stood

METRICS = {
    "wechat_followers": "followers", "wechat_reads": "reads", "articles_10w": "articles",
    "positive_reports": "publications",
    "activities": "activities", "livestreams": "live_sessions", "new_media_products": "products",
    "portal_interviews": "interviews",
    "training_sessions": "sessions",
}  # fmt: skip


class Bench:
    """A database with the schemas, the macros, and a calendar; tables are given as lists of dicts.

    One database serves a whole test process: a new bench drops the tables of the one before it.
    """

    def __init__(self) -> None:
        self.con = _schemas()
        made = self.con.execute("select schema_name || '.' || table_name from duckdb_tables()")
        for (name,) in made.fetchall():
            if name != "raw.calendar_day":
                self.con.execute(f"drop table {name}")

    def context(self, as_of: date, year: int = 2023) -> None:
        """Set the run's day and plan."""
        self.con.execute(
            "create or replace table ops.context (run_id varchar, as_of date, plan_year "
            "integer, base_year integer, year_start date, year_end date, plan_as_of date)"
        )
        first, last = date(year, 1, 1), date(year, 12, 31)
        self.con.execute(
            (
                "insert into ops.context by name select 'r' as run_id, ? as as_of, ? as "
                "plan_year, ? as base_year, ? as year_start, ? as year_end, ? as plan_as_of"
            ),
            [as_of, year, year - 1, first, last, min(as_of, last)],
        )

    def table(self, name: str, columns: str, rows: Rows) -> None:
        """Make a table: `columns` as DDL, rows as dicts."""
        self.con.execute(f"create or replace table {name} ({columns})")
        names = [part.split()[0] for part in columns.split(",")]
        if rows:
            marks = ", ".join("?" * len(names))
            self.con.executemany(
                f"insert into {name} values ({marks})",
                [[row.get(column) for column in names] for row in rows],
            )

    def run(self, *models: str) -> Rows:
        """Build the models in the order given; return the rows of the last."""
        for name in models:
            build_model(self.con, _model(name))
        return fetch_dicts(self.con, f"select * from {models[-1]}")


class FullBench(Bench):
    """A bench on which every table of a warehouse stands, empty, with its real columns.

    Rows are given by column name.

    One database serves a whole test process: a new bench wipes off what the one before it put down.
    `run` insists that the model's own checks hold; broken `warn` checks are kept in `warnings`.
    """

    def __init__(self, as_of: date = date(2023, 6, 30), year: int = 2023) -> None:
        self.con, self._used = _empty_warehouse()
        for table in self._used:
            self.con.execute(f"delete from {table}")
        self._used.clear()
        self.warnings: list[CheckResult] = []
        self.context(as_of, year)

    def put(self, table: str, *rows: dict[str, Any]) -> None:
        """Add rows to a table; columns that a row does not name are NULL.

        A unit's alias is a name that the marts know.
        """
        if table == "raw.unit_alias":
            self.put(
                "staging.unit_name", *({"name": row["alias"], "unit": row["unit"]} for row in rows)
            )
        self._used.add(table)
        for row in rows:
            names = ", ".join(f'"{name}"' for name in row)
            self.con.execute(
                f"insert into {table} ({names}) values ({', '.join('?' * len(row))})",
                list(row.values()),
            )

    def lines(self, table: str, columns: str, *rows: tuple[Any, ...], **same: Any) -> None:
        """Add rows given as tuples in the order of `columns` (words).

        `same` holds what all rows have.
        """
        self.put(table, *({**dict(zip(columns.split(), row, strict=True)), **same} for row in rows))

    def planned(self, *target_ids: str) -> None:
        """Put targets of these ids (default: all of the plan of 2023) with their metrics."""
        self.lines(
            "raw.plan_target",
            "target_id metric",
            *((name, METRICS[name]) for name in target_ids or METRICS),
        )

    def files(self, *load_seqs: int, **facts: Any) -> None:
        """Make files visible, one for each load_seq."""
        for seq in load_seqs:
            self.put("staging.visible_file", {"load_seq": seq, "sha256": f"sha{seq}", **facts})

    def run(self, *models: str) -> Rows:
        """Build the models in the order given, check the last one; return its rows."""
        self._used.update(models)
        rows = super().run(*models)
        results = check_model(self.con, _model(models[-1]))
        self.warnings = [result for result in results if not result.passed]
        assert [result for result in self.warnings if result.severity == "fail"] == []
        return rows


def ledger_bench() -> FullBench:
    """Return a bench with two files and the names of one district."""
    bench = FullBench()
    bench.files(1, 2, known_on=d("2023-06-29"))
    bench.lines("raw.unit_alias", "alias unit", ("黄浦城管", "黄浦区"), ("黄浦区", "黄浦区"))
    return bench


@cache
def _model(name: str) -> Model:
    return read_model(model_file(TRANSFORMS, name))


@cache
def _schemas() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    load_functions(con, TRANSFORMS)
    plan_for_size(con)
    for schema in ("raw", "staging", "mart", "ops"):
        con.execute(f"create schema {schema}")
    calendar = PLANS / "calendar.csv"
    con.execute(f"create table raw.calendar_day as select * from read_csv('{calendar}')")
    return con


@cache
def _empty_warehouse() -> tuple[duckdb.DuckDBPyConnection, set[str]]:
    con = duckdb.connect()
    con.execute("set timezone = 'Asia/Shanghai'")
    plan_for_size(con)
    load_functions(con, TRANSFORMS)
    for schema in ("raw", "staging", "mart", "ops"):
        con.execute(f"create schema {schema}")
    create_commented(con, (CHECKOUT / "pipeline" / "warehouse" / "ops.sql").read_text("utf-8"))
    layouts = load_layouts(LAYOUT_FOLDER)
    create_raw_tables(con, [table for layout in layouts.values() for table in layout.tables])
    write_seeds(con, Home(HERE).settings(), load_plan(PLANS / "2023.toml"))
    write_corrections(con, [])
    write_decisions(con, [], date(2023, 6, 30))
    seeds = con.execute(
        "select table_name from duckdb_tables() where schema_name = 'raw' and estimated_size > 0"
    )
    for (name,) in seeds.fetchall():
        if name != "calendar_day":
            con.execute(f"delete from raw.{name}")
    for model in load_models(TRANSFORMS):
        build_model(con, model)
    used = {
        f"{schema}.{name}"
        for schema, name in con.execute(
            "select schema_name, table_name from duckdb_tables() where schema_name in ('staging', 'mart')"
        ).fetchall()
    }  # fmt: skip
    return con, used


def progress_rows(bench: FullBench) -> Rows:
    """Build the models from the plan's figures to mart.target_progress; return its rows."""
    return bench.run(
        "staging.target_figure", "mart.target_piece", "staging.target_recent",
        "staging.target_pace", "staging.target_gap",
        "staging.target_sentence", "staging.target_arithmetic", "mart.target_progress",
    )  # fmt: skip


def pick(rows: Rows, columns: str) -> list[tuple[Any, ...]]:
    """Return the columns named (words) as tuples, ordered by their text, so that a test can write
    them down.
    """
    picked = [tuple(row[name] for name in columns.split()) for row in rows]
    return sorted(picked, key=lambda row: [str(value) for value in row])


def d(text: str) -> date:
    """Return a day written 2023-06-01."""
    return date.fromisoformat(text)


def at(text: str) -> datetime:
    """Return a moment of Beijing written 2023-06-01 08:00."""
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def days(first: date, last: date) -> list[date]:
    """Every day from first to last."""
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]
