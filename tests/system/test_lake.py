"""The lake, and the models on it with both engines: translated, expanded, equal."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest

from benchmarks.compare import differences
from examples.home import make_home
from pipeline.base.errors import ConfigError
from pipeline.cli.export.lake import spark_python
from pipeline.config.checkout import TRANSFORMS
from pipeline.lake.duckdb_engine import Task, transform_with_duckdb
from pipeline.lake.lake import export_lake
from pipeline.lake.spark.patterns import (
    UntranslatableError,
    java_format,
    java_regex,
    java_replacement,
    only_once,
)
from pipeline.models.folder import load_models, read_macros
from pipeline.models.model import Model
from tests.support.homes import CHECKOUT, pipeline, run
from tests.support.spark_sql import asked
from tests.support.spellings import MODEL, texts

FUNCTIONS = read_macros(TRANSFORMS)
CORRECTION = """
[[corrections]]
table = "staging.activity"
key = {{ activity_id = "{key}" }}
column = "participants"
expect = {found}
value = 7
reason = "示例"
by = "张三"
on = 2023-10-31
"""


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the example bureau's lake, one participant count corrected, and beside it raw.spelling.

    One row a text.
    """
    folder = tmp_path_factory.mktemp("lake")
    home = make_home(folder / "home")
    run(home, "2023-10-31", 3)
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        key, found = con.execute(
            "select activity_id, participants from staging.activity where participants > 7 "
            "order by 1"
        ).fetchall()[0]
    (home / "corrections.toml").write_text(CORRECTION.format(key=key, found=found), "utf-8")
    run(home, "2023-10-31", 0)
    done = pipeline(home, "export", "lake", str(folder / "lake"))
    assert done.returncode == 0, done.stderr
    _add_spellings(folder / "lake")
    return folder / "lake"


def _add_spellings(lake: Path) -> None:
    target = lake / "raw" / "spelling"
    target.mkdir()
    with duckdb.connect() as con:
        con.execute("create table spelling (x varchar)")
        con.executemany("insert into spelling values (?)", [[text] for text in texts()])
        con.execute(f"copy spelling to '{target / 'all.parquet'}' (format parquet)")
    note = json.loads((lake / "lake.json").read_text("utf-8"))
    note["schema"]["raw"]["spelling"] = {"x": "VARCHAR"}
    (lake / "lake.json").write_text(json.dumps(note), "utf-8")


@pytest.fixture(scope="module")
def transforms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the models, and one more that reads every text with every macro."""
    folder = tmp_path_factory.mktemp("models") / "transforms"
    shutil.copytree(TRANSFORMS, folder)
    (folder / "staging" / "spelling.sql").write_text(MODEL, "utf-8")
    return folder


def test_every_model_translates(lake: Path, transforms: Path) -> None:
    written = asked("translated", lake, transforms, FUNCTIONS)
    assert len(written) == len(load_models(TRANSFORMS)) + 1
    assert [
        sql for sql in written if "TO_COUNT(" in sql.upper() or " EXCLUDE " in sql.upper()
    ] == []


def test_expanded_macros_say_what_the_macros_say(lake: Path) -> None:
    with duckdb.connect() as con:
        con.execute("set timezone = 'Asia/Shanghai'")
        con.execute(FUNCTIONS)
        con.execute(
            f"create schema raw; create view raw.spelling as from '{lake}/raw/spelling/all.parquet'"
        )
        expanded, names = asked("expanded", FUNCTIONS, MODEL)
        assert not set(names) & set(_called(expanded))
        told, said = con.execute(MODEL).fetchall(), con.execute(expanded).fetchall()
    assert len(told) > 150
    assert sorted(map(repr, told)) == sorted(map(repr, said))


def _called(sql: str) -> list[str]:
    return [
        word.split("(")[0].lower() for word in sql.replace("(", "( ").split() if word.endswith("(")
    ]


def test_an_argument_is_not_taken_for_a_lambdas_parameter() -> None:
    macro = "create macro first_of(x) as list_transform([x || 'a'], lambda s: s || x)[1];"
    sql, _ = asked("expanded", macro, "select first_of(s.s) from (values ('b')) as s(s)")
    with duckdb.connect() as con:
        assert con.execute(sql).fetchall() == [("bab",)]


@pytest.mark.parametrize(
    ("pattern", "java"),
    [
        (r"^[0-9]+$", r"^[0-9]+\z"), (r"a\$b", r"a\$b"), (r"[$a]", r"[$a]"),
        (r"\s", r"[\t\n\f\r ]"), (r"[^\s；]+", "[^\\t\\n\\f\\r ；]+"),
        (r"a.b", r"(?d)a.b"), (r"a\.b", r"a\.b"), (r"[[&]", r"[\[\&]"),
        (r"[\x{3400}-\x{9fff}]$", r"[\x{3400}-\x{9fff}]\z"),
    ],
)  # fmt: skip
def test_a_pattern_for_java(pattern: str, java: str) -> None:
    assert java_regex(pattern) == java


def test_replacements_and_formats_for_java() -> None:
    assert java_replacement(r"\1$\2") == r"$1\$$2"
    assert [only_once(p) for p in (r"^a|b$", r"a", r"(a|b)$", r"^a|b", r"a\$")] == [
        True,
        False,
        True,
        False,
        False,
    ]
    assert java_format("%Y-%m-%dT%H:%M:%S") == "yyyy-M-d'T'H:m:s"
    assert java_format("%Y%m%dT%H%M%S") == "yyyyMMdd'T'HHmmss"
    with pytest.raises(UntranslatableError, match="%j"):
        java_format("%j")


@pytest.mark.parametrize(
    "sql",
    [
        "select regexp_replace(x, 'a', 'b') as y from raw.spelling",
        "select jaccard(x, x) as y from raw.spelling",
    ],
)
def test_what_has_no_equal_is_refused_by_name(sql: str, tmp_path: Path) -> None:
    (tmp_path / "staging").mkdir()
    (tmp_path / "staging" / "odd.sql").write_text(sql, "utf-8")
    why = asked("refused", tmp_path / "staging" / "odd.sql", FUNCTIONS)
    assert why.startswith("UntranslatableError: ")
    assert "odd.sql" in why


def test_duckdb_over_the_lake_gives_the_published_figures(lake: Path, tmp_path: Path) -> None:
    transform_with_duckdb(Task.read(lake, TRANSFORMS), tmp_path / "out", lambda _: None)
    published = tmp_path / "published"
    models = [model for model in load_models(TRANSFORMS) if not _reads_the_log(model)]
    with duckdb.connect(str(lake.parent / "home" / "warehouse.duckdb"), read_only=True) as con:
        con.execute("set timezone = 'Asia/Shanghai'")
        for model in models:
            (published / model.schema / model.name).mkdir(parents=True)
            whole = ", ".join(
                f'"{row[0]}"::bigint as "{row[0]}"' if row[1] == "HUGEINT" else f'"{row[0]}"'
                for row in con.execute(f"describe {model.table}").fetchall()
            )
            con.execute(
                f"copy (select {whole} from {model.table}) to "
                f"'{published / model.schema / model.name}/all.parquet'"
            )
    rows, found = differences(published, tmp_path / "out", models)
    assert found == []
    assert rows > 50_000


def _reads_the_log(model: Model) -> bool:
    """Return whether a night adds to what the model reads after building it."""
    return "ops.forecast_log" in model.reads


def test_a_big_table_lies_in_the_months_in_which_it_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.lake.lake.BIG", 2)
    with duckdb.connect() as con:
        con.execute("create schema raw; create schema ops")
        con.execute(
            "create table ops.file as from (values (1, date '2023-05-31', 'loaded'), (2, "
            "date '2023-06-01', 'loaded')) as f(load_seq, known_on, status)"
        )
        con.execute("create table ops.context as select date '2023-06-01' as as_of")
        con.execute(
            "create table raw.correction (correction_id varchar, table_name varchar, "
            "column_name varchar, row_key varchar, value varchar)"
        )
        con.execute("create table ops.correction_result (correction_id varchar, outcome varchar)")
        con.execute(
            "create table raw.news as from (values (1, 'a'), (1, 'b'), (2, 'c')) as n(load_seq, "
            "title)"
        )
        export_lake(con, tmp_path / "lake", [])
    assert sorted(path.name for path in (tmp_path / "lake" / "raw" / "news").iterdir()) == [
        "landed=2023-05",
        "landed=2023-06",
    ]
    with pytest.raises(ConfigError, match="no lake"):
        export_lake(duckdb.connect(), tmp_path, [])


def test_what_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match=r"export lake"):
        Task.read(tmp_path, TRANSFORMS)
    monkeypatch.setattr("pipeline.cli.export.lake.SPARK_PYTHON", tmp_path / "none")
    monkeypatch.setattr("shutil.which", lambda _: "/usr/bin/java")
    with pytest.raises(ConfigError, match="make spark"):
        spark_python()
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(ConfigError, match="Java 17"):
        spark_python()


def test_spark_gives_what_duckdb_gives(lake: Path, transforms: Path, tmp_path: Path) -> None:
    """All models on the examples, and every spelling read by every macro, in one session."""
    try:
        python = spark_python()
    except ConfigError as error:
        pytest.skip(str(error))
    task = Task.read(lake, transforms)
    transform_with_duckdb(task, tmp_path / "duckdb", lambda _: None)
    # interpreted: for a few thousand rows, compiling every query takes longer than running it
    plain = (
        "spark.sql.codegen.wholeStage=false",
        "spark.sql.codegen.factoryMode=NO_CODEGEN",
        "spark.sql.shuffle.partitions=2",
        "spark.sql.adaptive.enabled=false",
        "spark.ui.enabled=false",
    )
    words = [
        "--lake",
        str(lake),
        "--out",
        str(tmp_path / "spark"),
        "--transforms",
        str(transforms),
        "--master",
        "local[2]",
    ]
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT), "SPARK_LOCAL_IP": "127.0.0.1"}
    command = [python, "-m", "pipeline.lake.spark", *words, *(f"--conf={one}" for one in plain)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    rows, found = differences(tmp_path / "duckdb", tmp_path / "spark", task.models)
    assert found == []
    assert rows > 50_000
