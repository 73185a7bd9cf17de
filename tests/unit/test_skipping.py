"""A run computes and parses only what changed since the last one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from pipeline.config.checkout import TRANSFORMS
from pipeline.models.build import build_models
from pipeline.models.folder import load_models, read_model
from pipeline.models.model import Model
from pipeline.models.parse_cache import ParseCache, parse_ahead
from pipeline.warehouse import publish
from pipeline.warehouse.definitions import made_once

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COUNT = "-- x\n-- grain: n\nselect count(*) as n /* n */ from raw.thing"
AS_OF = (
    "-- x\n-- grain: d\nselect c.as_of as d /* d */, s.n /* n */ from ops.context as c "
    "cross join staging.total as s"
)
ABOVE = "-- x\n-- grain: m\nselect n + 1 as m /* m */ from staging.total"


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with publish.open_build(tmp_path / "w.duckdb") as opened:
        opened.execute(
            "create table raw.correction (table_name varchar, correction_id varchar, "
            "row_key varchar, column_name varchar, expect varchar, value varchar)"
        )
        opened.execute("create table raw.thing as select 1 as k")
        yield opened


@pytest.fixture
def models(tmp_path: Path) -> list[Model]:
    for name in ("macros.sql", "figure_macros.sql"):
        (tmp_path / name).write_text("select 1;", "utf-8")
    found = []
    for table, sql in (("staging.total", COUNT), ("mart.of_day", AS_OF), ("mart.above", ABOVE)):
        path = tmp_path / table.split(".")[0] / f"{table.split('.')[1]}.sql"
        path.parent.mkdir(exist_ok=True)
        path.write_text(sql, "utf-8")
        found.append(read_model(path))
    return found


def night(con: duckdb.DuckDBPyConnection, models: list[Model], day: str) -> set[str]:
    """Run the models as of a day; return the tables that were computed."""
    con.execute("delete from ops.context")
    con.execute(
        "insert into ops.context (run_id, as_of, plan_as_of, plan_year) values (?, ?, ?, 2023)",
        [day, day, day],
    )
    before = dict(con.execute("select table_name, table_oid from duckdb_tables()").fetchall())
    build_models(con, models, models[0].path.parents[1], lambda _: None)
    after = con.execute(
        "select table_name, table_oid from duckdb_tables() where schema_name in ('staging', 'mart')"
    ).fetchall()
    return {name for name, oid in after if before.get(name) != oid}


def test_only_what_an_input_or_the_day_touches_is_computed(
    con: duckdb.DuckDBPyConnection, models: list[Model]
) -> None:
    assert night(con, models, "2023-06-01") == {"total", "of_day", "above"}
    assert night(con, models, "2023-06-01") == set()
    assert night(con, models, "2023-06-02") == {"of_day"}
    assert con.execute("from mart.of_day").fetchall()[0][1] == 1
    con.execute("insert into raw.thing values (2)")
    assert night(con, models, "2023-06-02") == {"total", "of_day", "above"}
    assert con.execute("from mart.above").fetchall() == [(3,)]
    # computed again, but the count is what it was: the table stays
    con.execute("update raw.thing set k = 7 where k = 2")
    assert night(con, models, "2023-06-02") == set()


def test_made_once_until_the_declaration_changes(con: duckdb.DuckDBPyConnection) -> None:
    seen = []
    for declaration in ("a", "a", "b", "a"):
        with made_once(con, "thing", declaration) as must_make:
            seen.append(must_make)
    assert seen == [True, False, True, True]


def test_what_failed_is_made_again(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(ZeroDivisionError), made_once(con, "thing", "a"):
        raise ZeroDivisionError
    with made_once(con, "thing", "a") as must_make:
        assert must_make


def test_a_parsed_model_is_kept_until_its_file_changes(tmp_path: Path) -> None:
    path = tmp_path / "mart" / "a.sql"
    path.parent.mkdir()
    parsed: list[Path] = []

    def read(one: Path, schema: str) -> Model:
        parsed.append(one)
        return read_model(one, schema)

    def load() -> Model:
        cache = ParseCache(tmp_path / "cache" / "models.json")
        model = cache.model(path, "mart", read)
        cache.save()
        return model

    path.write_text(
        "-- 表\n-- grain: k\n-- warn: small | k < 9\nselect k /* 键 !not_null */ from raw.thing",
        "utf-8",
    )
    assert load() == load() == read_model(path)
    assert parsed == [path]
    path.write_text("-- 表\n-- grain: k\nselect k /* 键 */ from raw.thing", "utf-8")
    assert load() == read_model(path)
    assert len(parsed) == 2
    (tmp_path / "cache" / "models.json").write_text("{", "utf-8")
    assert load() == read_model(path)


def test_models_that_were_parsed_ahead_are_not_parsed_in_a_new_home(tmp_path: Path) -> None:
    parse_ahead(tmp_path / "ahead.json")

    def read(one: Path, schema: str) -> Model:
        raise AssertionError(one, schema)

    cache = ParseCache(tmp_path / "models.json", tmp_path / "ahead.json")
    models = load_models(TRANSFORMS, lambda path, schema: cache.model(path, schema, read))
    assert models == load_models(TRANSFORMS)
    cache.save()
    assert not (tmp_path / "models.json").exists()
