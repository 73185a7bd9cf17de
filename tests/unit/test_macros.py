"""Macros are defined once a query names them, with those that they name."""

from __future__ import annotations

import duckdb
import pytest

from pipeline.config.checkout import TRANSFORMS
from pipeline.models.folder import read_macros
from pipeline.warehouse.macros import Macros, define_all

TEXT = """-- said first
create or replace temp macro one(x) as x + 1;
-- of the next
create or replace temp macro two(x) as one(x) + 1;
create or replace temp macro other(x) as
    x * 10;
"""
NAMES = (
    "select function_name from duckdb_functions() where function_type = 'macro' and "
    "not internal order by 1"
)


def defined(con: duckdb.DuckDBPyConnection) -> list[str]:
    return [name for (name,) in con.execute(NAMES).fetchall()]


@pytest.mark.parametrize("call", ["two(1)", "TWO (1)", "(1).two()"])
def test_what_a_query_names_is_defined_and_nothing_else(call: str) -> None:
    with duckdb.connect() as con:
        macros = Macros(con, TEXT)
        macros.need("select abs(1)")
        assert defined(con) == []
        macros.need(f"select {call}")
        assert defined(con) == ["one", "two"]
        assert con.execute(f"select {call}").fetchall() == [(3,)]
        macros.need("select other(one(1))")
        assert con.execute("select other(one(1))").fetchall() == [(20,)]


def test_nothing_is_defined_again_where_all_are_there() -> None:
    with duckdb.connect() as con:
        define_all(con, TEXT)
        con.execute("create or replace temp macro one(x) as 7")
        Macros(con, TEXT).need("select two(1)")
        assert con.execute("select one(1)").fetchall() == [(7,)]
        with con.cursor() as other:  # another connection knows of none
            Macros(other, TEXT).need("select one(1)")
            assert other.execute("select one(1)").fetchall() == [(2,)]


def test_every_macro_of_the_product_can_be_defined_alone() -> None:
    text = read_macros(TRANSFORMS)
    with duckdb.connect() as con:
        define_all(con, text)
        names = defined(con)
    assert len(names) == text.count("create or replace temp macro")
    for name in names:
        with duckdb.connect() as con:
            Macros(con, text).need(f"{name}(x)")
            assert name in defined(con)
