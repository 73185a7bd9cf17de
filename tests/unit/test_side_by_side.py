"""Tables made on two connections: what one reads is there, and two are made at once."""

from __future__ import annotations

from threading import Barrier

import duckdb
import pytest

from pipeline.warehouse.side_by_side import side_by_side

READS = {"a": ["raw"], "b": [], "c": ["a", "b"], "d": ["c"]}


def test_two_tables_are_made_at_once_and_each_after_what_it_reads() -> None:
    both, said = Barrier(2, timeout=20), list[str]()
    with duckdb.connect() as con:
        con.execute("create table raw as select 1 as x")

        def make(on: duckdb.DuckDBPyConnection, table: str) -> None:
            if table in ("a", "b"):
                both.wait()  # breaks unless the other one is being made, too
            sources = READS[table] or ["raw"]
            sums = " + ".join(f"(select sum(x) from {name})" for name in sources)
            on.execute(f"create table {table} as select {sums} as x")

        side_by_side(con, con.cursor(), READS, make, said.append)
        assert con.execute("select x from d").fetchall() == [(2,)]
    assert sorted(said[:2]) == ["a", "b"]
    assert said[2:] == ["c", "d"]


def test_an_error_ends_it_and_no_further_table_begins() -> None:
    said: list[str] = []
    with duckdb.connect() as con:

        def make(on: duckdb.DuckDBPyConnection, table: str) -> None:
            on.execute("select 1" if table == "b" else "select from nowhere")

        with pytest.raises(duckdb.Error):
            side_by_side(con, con.cursor(), READS, make, said.append)
    assert set(said) <= {"a", "b"}


def test_without_a_second_connection_tables_come_as_they_are_given() -> None:
    made: list[str] = []
    with duckdb.connect() as con:
        side_by_side(con, None, READS, lambda _on, table: made.append(table), lambda _step: None)
    assert made == ["a", "b", "c", "d"]
