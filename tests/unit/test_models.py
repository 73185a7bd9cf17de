"""Every published table and column has a comment and a grain; models are plain, small and in order."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from unicodedata import east_asian_width

import pytest

from pipeline.base.errors import ConfigError
from pipeline.config.checkout import TRANSFORMS
from pipeline.models.folder import load_models, read_model
from pipeline.models.model import Model
from tests.support.homes import CHECKOUT

MODELS = load_models(TRANSFORMS)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.table)
def test_model_is_documented(model: Model) -> None:
    assert model.comment
    assert model.grain, "a grain says what one row is"
    assert [name for name, note in model.columns.items() if not note] == []
    assert set(model.grain) <= set(model.columns)
    assert len(model.sql.splitlines()) <= 100
    if model.versions:
        assert {*model.versions.key, *model.versions.values, "load_seq"} <= set(model.columns)


def test_a_model_that_reads_what_nobody_makes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "staging").mkdir()
    (tmp_path / "staging" / "a.sql").write_text("-- x\nselect b /* b */ from mart.missing", "utf-8")
    with pytest.raises(ConfigError, match=r"reads mart\.missing"):
        load_models(tmp_path)


def test_models_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "mart").mkdir()
    for name, other in (("a", "b"), ("b", "a")):
        (tmp_path / "mart" / f"{name}.sql").write_text(
            f"-- x\nselect c /* c */ from mart.{other}", "utf-8"
        )
    with pytest.raises(ConfigError, match="circle"):
        load_models(tmp_path)


def test_header_and_notes_are_read(tmp_path: Path) -> None:
    (tmp_path / "mart").mkdir()
    path = tmp_path / "mart" / "a.sql"
    path.write_text(
        (
            "-- 说明\n-- grain: k\n-- warn: 不应为负 | v >= 0\nselect\n    k,  -- 键 !not_null\n"
            "    v   -- 值 !max(9)\nfrom raw.x\n"
        ),
        "utf-8",
    )
    model = read_model(path)
    assert (model.comment, model.grain, model.columns) == ("说明", ("k",), {"k": "键", "v": "值"})
    assert [(check.severity, check.condition) for check in model.checks] == [
        ("warn", "v >= 0"), ("fail", "k is not null"), ("fail", "v is null or v <= 9"),
    ]  # fmt: skip


def sliced(folder: Path, header: str, sql: str) -> Model:
    """Read a model with this header."""
    (folder / "mart").mkdir()
    path = folder / "mart" / "a.sql"
    path.write_text(f"-- 说明\n-- grain: k\n{header}\n{sql}", "utf-8")
    return read_model(path)


DATED = (
    "select a.k, /* 键 */ a.date /* 日 */ from staging.b as a join ops.context as c on a.date "
    "<= c.as_of"
)


def test_slices_and_recent_are_read(tmp_path: Path) -> None:
    model = sliced(tmp_path, "-- incremental_by: k, date\n-- lookback: date, 3", DATED)
    assert (model.incremental_by, model.lookback, model.comment) == (
        ("k", "date"),
        ("date", 3),
        "说明",
    )
    assert sorted(model.names or ()) == ["ops.context.as_of", "staging.b.date", "staging.b.k"]


def test_a_model_without_slices_is_built_in_full(tmp_path: Path) -> None:
    model = sliced(tmp_path, "", DATED)
    assert (model.incremental_by, model.lookback) == ((), None)


@pytest.mark.parametrize("header", [
    "-- incremental_by: k, nothing",
    "-- incremental_by: k\n-- lookback: date",
    "-- incremental_by: k\n-- lookback: date, three",
    "-- incremental_by: k\n-- lookback: date, -1",
])  # fmt: skip
def test_slices_that_are_not_columns_and_recent_without_days_are_refused(
    tmp_path: Path, header: str
) -> None:
    with pytest.raises(
        ConfigError,
        match=r"a\.sql: incremental_by must be columns of the model, lookback a column and days",
    ):
        sliced(tmp_path, header, DATED)


def test_slices_need_a_grain(tmp_path: Path) -> None:
    (tmp_path / "mart").mkdir()
    path = tmp_path / "mart" / "a.sql"
    path.write_text("-- 说明\n-- incremental_by: k\nselect k /* 键 */ from staging.b", "utf-8")
    with pytest.raises(ConfigError, match=r"a\.sql: slices are replaced by the rows' keys"):
        read_model(path)


@pytest.mark.parametrize("day", ["as_of", "plan_as_of", "run_id"])
def test_slices_that_look_at_the_day_must_say_for_how_long(tmp_path: Path, day: str) -> None:
    with pytest.raises(
        ConfigError, match=rf"a\.sql: slices that depend on {day} need `-- lookback: column, days`"
    ):
        sliced(tmp_path, "-- incremental_by: k", DATED.replace("as_of", day))


def test_slices_that_look_at_the_plan_alone_need_no_recent(tmp_path: Path) -> None:
    sql = "select a.k /* 键 */ from staging.b as a join ops.context as c on a.date >= c.year_start"
    assert sliced(tmp_path, "-- incremental_by: k", sql).lookback is None


@pytest.mark.parametrize(("sql", "looked_at"), [
    ("select a.k, c.v from staging.b as a join staging.c as c on c.k = a.k", ["b.k", "c.k", "c.v"]),
    ("select a.k, v from staging.b as a join staging.c as c on c.k = a.k",
     ["b.k", "b.v", "c.k", "c.v"]),
    ("select a.k from staging.b as a join staging.c as c using (k)", ["b.k", "c.k"]),
    ("with a as (select k from staging.c) select a.v from a union all select a.k from staging.b as a",
     ["b.k", "b.v", "c.k", "c.v"]),
    ("select a.v.k from staging.b as a join staging.c as c on true", ["b.k", "b.v", "c.k", "c.v"]),
    ("select v.k from staging.b join staging.c as c on true", ["b.k", "b.v", "c.k", "c.v"]),
    ("select * from staging.b", ["b.k", "b.v"]),
    ("select a.k, max(c) as c from staging.b as a join staging.c as c on true group by a.k",
     ["b.k", "c.k", "c.v"]),
    ("select * exclude (k) from staging.b join staging.c as c using (k)",
     ["b.k", "b.v", "c.k", "c.v"]),
    ("select a.k, c.* from staging.c as c join staging.b as a on a.k = c.k", ["b.k", "c.k", "c.v"]),
    ("with t as (select b.k from staging.b as b) select *, count(*) as n from t", ["b.k"]),
])  # fmt: skip
def test_a_model_looks_at_the_columns_it_names_of_a_table(
    tmp_path: Path, sql: str, looked_at: list[str]
) -> None:
    model = sliced(tmp_path, "", sql)
    found = [
        f"{t}.{column}" for t in "bc" for column in "kv" if model.looks_at(f"staging.{t}", column)
    ]
    assert found == looked_at


def test_header_lines_and_notes_may_go_on_in_the_next_line(tmp_path: Path) -> None:
    (tmp_path / "mart").mkdir()
    path = tmp_path / "mart" / "a.sql"
    path.write_text(
        "-- 甲，\n-- 乙\n-- grain: k\n-- warn: 不应为负\n--     | v >= 0\n"
        "select\n    k,  /* 键，\n        编号 !not_null */\n    v   -- 值\nfrom raw.x\n",
        "utf-8",
    )
    model = read_model(path)
    assert (model.comment, model.columns) == ("甲，乙", {"k": "键，编号", "v": "值"})
    assert [(check.description, check.condition) for check in model.checks] == [
        ("不应为负", "v >= 0"),
        ("k !not_null", "k is not null"),
    ]


def test_a_header_line_of_another_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"a\.sql: the header says slices:, which is none of gra"):
        sliced(tmp_path, "-- slices: k", DATED)


def test_lines_of_sql_are_short() -> None:
    """Columns as ruff counts them, but for what is in quotes: a pattern that is broken is another one."""
    lines = [
        (path.name, number, re.sub(r"'(?:[^']|'')*'", "''", line))
        for folder in (TRANSFORMS, CHECKOUT / "pipeline")
        for path in folder.rglob("*.sql")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
    ]
    assert len(lines) > 5000
    assert [line for line in lines if columns(line[2]) > 120] == []


def columns(text: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def test_product_files_stay_small() -> None:
    sizes = {
        path: len(path.read_text("utf-8").splitlines())
        for name in ("pipeline", "collectors", "reports", "web")
        for path in (CHECKOUT / name).rglob("*.py")
    }
    assert max(sizes.values()) <= 400
    assert (
        tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"][
            "requires-python"
        ]
        == ">=3.11"
    )
