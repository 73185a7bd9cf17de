"""Rows in, rows out: run one model's SELECT on hand-made tables."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import duckdb

from pipeline.models import read_model
from pipeline.night import TRANSFORMS
from pipeline.transform import build_model, load_functions

Rows = list[dict[str, Any]]


class Bench:
    """A database with the schemas, the macros, and a calendar; tables are given as lists of dicts."""

    def __init__(self) -> None:
        self.con = duckdb.connect()
        load_functions(self.con, TRANSFORMS)
        for schema in ("raw", "staging", "mart", "ops"):
            self.con.execute(f"create schema {schema}")
        calendar = TRANSFORMS.parent / "plans" / "calendar.csv"
        self.con.execute(f"create table raw.calendar_day as select * from read_csv('{calendar}')")

    def context(self, as_of: date, year: int = 2023) -> None:
        """Set the run's day and plan."""
        self.con.execute(
            "create or replace table ops.context (run_id varchar, as_of date, plan_year integer, base_year integer, year_start date, year_end date, plan_as_of date)"
        )
        first, last = date(year, 1, 1), date(year, 12, 31)
        self.con.execute(
            "insert into ops.context values ('r', ?, ?, ?, ?, ?, ?)",
            [as_of, year, year - 1, first, last, min(as_of, last)],
        )

    def table(self, name: str, columns: str, rows: Rows) -> None:
        """Make a table: `columns` as DDL, rows as dicts."""
        self.con.execute(f"create or replace table {name} ({columns})")
        names = [part.split()[0] for part in columns.split(",")]
        if rows:
            marks = ", ".join("?" * len(names))
            self.con.executemany(
                f"insert into {name} values ({marks})", [[row.get(column) for column in names] for row in rows]
            )

    def run(self, *models: str) -> Rows:
        """Build the models in the order given; return the rows of the last."""
        for name in models:
            build_model(self.con, read_model(TRANSFORMS / f"{name.replace('.', '/')}.sql"))
        cursor = self.con.execute(f"select * from {models[-1]}")
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def days(first: date, last: date) -> list[date]:
    """Every day from first to last."""
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]
