"""The short way of landing gives what judging every row gives.

Answers of many readers come in the files' order.
"""

from __future__ import annotations

import os
import signal
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectors.layout import Table
from collectors.model import Block, ReadResult, Unavailable
from collectors.read.columnar import text_table
from collectors.read.worker_pool import Reader, children_for
from collectors.unreadable import Unreadable
from pipeline.config.checkout import TRANSFORMS
from pipeline.ingest import land as landing
from pipeline.ingest import validate
from pipeline.ingest.land import Incoming, RowCounts, land
from pipeline.ingest.raw_tables import create_raw_tables
from pipeline.models.build import load_functions
from pipeline.warehouse.ddl import create_commented
from tests.support.homes import CHECKOUT, growth_html
from tests.unit.test_reading import LAYOUTS

TODAY = date(2024, 1, 1)
KINDS = [kind for kind in validate.READERS if kind != "text"]
CELLS = (
    None, "", " ", "　　　　　", "-", "无", "null", "12", " 12", "１２", "1.5", "-3", "1.2万",
    "10万+", "1,234", "0.5", "50%", "100%", "1", "1.0", "0.",
    "2023-01-01", "2023-02-30", "2024-01-02", "2023-01-01 09:30", "2023-01-01 09:30:00",
    "2023-01-01 24:00", "2023/1/1", "2024-01-01 23:59:59",
    "1月1日", "20230101", "2小时前", "2023-01", "是", "否", "√", "也许", "标题一二三",
    "标题 一二三", "abc", "https://a.cn/1", "http://b.cn", "HTTPS://c.cn/d", "见附件",
    "9" * 16, "0" * 15, "92.0", "3秒", "1:30", "5400",
)  # fmt: skip
quiet = settings(
    max_examples=60, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    load_functions(connection, TRANSFORMS)
    for schema in ("raw", "ops"):
        connection.execute(f"create schema {schema}")
    create_commented(
        connection, (CHECKOUT / "pipeline" / "warehouse" / "ops.sql").read_text("utf-8")
    )
    return connection


@pytest.mark.parametrize("kind", validate.READERS)
@pytest.mark.parametrize("required", [False, True])
def test_what_looks_usual_has_no_problem(
    con: duckdb.DuckDBPyConnection, kind: str, required: bool
) -> None:
    """And the usual spelling of each kind does look usual, or the short way would be none."""
    table = table_of([{"name": "x", "labels": ["甲"], "kind": kind, "required": required}])
    usual = validate._usual_sql(table.columns[0], TODAY)
    faults = validate.faults_sql(table, TODAY)
    found = con.execute(
        f"""
        with suspect as (select generate_subscripts($1, 1) as ordinal, unnest($1) as x, 2023 as default_year)
        select x, {usual}, ordinal not in (select ordinal from ({faults})) from suspect
        """,
        [CELLS],
    ).fetchall()
    assert [x for x, looks_usual, is_sound in found if looks_usual and not is_sound] == []
    assert all(looks_usual is not None for _, looks_usual, _ in found)
    assert sum(looks_usual for _, looks_usual, _ in found) >= (2 if required else 3), kind


def table_of(columns: list[dict[str, Any]], **more: Any) -> Table:
    return Table.model_validate(
        {"table": "it", "key": [columns[0]["name"]], "columns": columns, **more}
    )


rows = st.lists(st.tuples(*[st.sampled_from(CELLS)] * 3, st.sampled_from([1, 2])), max_size=12)


@quiet
@given(
    rows,
    st.tuples(st.sampled_from(KINDS), st.sampled_from(KINDS)),
    st.sampled_from(["reject", "keep_last", "newest"]),
    st.booleans(),
)
def test_the_short_way_lands_what_judging_every_row_lands(
    con: duckdb.DuckDBPyConnection,
    rows: list[tuple[Any, ...]],
    kinds: tuple[str, str],
    repeat: str,
    required: bool,
) -> None:
    columns: list[dict[str, Any]] = [
        {"name": "a", "labels": ["甲"], "kind": kinds[0], "required": required},
        {"name": "b", "labels": ["乙"], "kind": kinds[1]},
        {"name": "c", "labels": ["丙"], "kind": "text", "required_unless": "b"},
    ]
    table = table_of(columns, key=["a", "c"], repeat=repeat)
    blocks = []
    for load_seq in (1, 2):
        mine = [(number, row) for number, row in enumerate(rows, 2) if row[3] == load_seq]
        cells = {name: [row[place] for _, row in mine] for place, name in enumerate("abc")}
        data = text_table({"extra": [None] * len(mine), **cells}, [number for number, _ in mine])
        block = Block("own", table, "s", ("a", "b", "c"), data, 2023, [])
        blocks.append(Incoming("it", f"sha{load_seq}", load_seq, table, block))
    short = landed(con, blocks)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(landing, "suspects_sql", lambda *_: "select ordinal from incoming_arrow")
        assert landed(con, blocks) == short
    assert sum(tally.total for tally in short[0].values()) == len(rows)


@pytest.mark.parametrize(
    ("second", "rejected"),
    [(("2023-01-01", "5", "甲"), 0), (("2023/1/1", "5", "甲"), 0), (("2023-01-01", " 5", "甲 "), 0),
     (("2023-01-01", "5.0", "甲"), 0),
     (("2023-01-01", "5", "-"), 2), (("2023-01-01", "6", "甲"), 2)],
)  # fmt: skip
def test_a_day_twice_contradicts_itself_only_if_it_says_two_things(
    con: duckdb.DuckDBPyConnection, second: tuple[str, ...], rejected: int
) -> None:
    table = table_of(
        [
            {"name": "a", "labels": ["甲"], "kind": "date", "required": True},
            {"name": "b", "labels": ["乙"], "kind": "count"},
            {"name": "c", "labels": ["丙"], "kind": "text"},
        ]
    )
    lines = [("2023-01-01", "5", "甲"), second]
    cells = {name: [line[place] for line in lines] for place, name in enumerate("abc")}
    data = text_table({"extra": [None, None], **cells}, [2, 3])
    block = Block("own", table, "s", ("a", "b", "c"), data, 2023, [])
    tallies, _ = landed(con, [Incoming("it", "sha", 1, table, block)])
    assert tallies[1] == RowCounts(2, 0 if rejected else 1, rejected, 0 if rejected else 1)


def landed(
    con: duckdb.DuckDBPyConnection, blocks: list[Incoming]
) -> tuple[dict[int, RowCounts], list[list[tuple[Any, ...]]]]:
    con.execute(
        "drop table if exists raw.it; drop table if exists ops.definition; "
        "delete from ops.rejected_row; delete from ops.unreadable_value"
    )
    create_raw_tables(con, [blocks[0].table])
    tallies = land(con, blocks, "r", TODAY)
    names = ("raw.it", "ops.rejected_row", "ops.unreadable_value")
    found = [con.execute(f"select * from {name} order by all").fetchall() for name in names]
    return {load_seq: tally for load_seq, tally in tallies.items() if tally.total}, found


def test_answers_come_in_the_files_order_and_a_dead_child_costs_one(tmp_path: Path) -> None:
    files: list[tuple[Path, str | None, str | None]] = []
    for number in range(30):
        path = tmp_path / f"{number}.xls"
        path.write_text(growth_html(("2026-07-13", str(number), "0", "1", "5")), "utf-8")
        files.append((path, "account", None))
    pipe = tmp_path / "endless.xls"
    os.mkfifo(pipe)  # opening it blocks: a parser that hangs
    files.insert(7, (pipe, "account", None))
    with Reader(LAYOUTS, timeout=10) as reader:
        answers = list(reader.read_all(files, children=3))
        children = [reader._first, *reader._others]
        assert sum(child.pid is not None for child in children) == 2, "the one that hung is gone"
    assert isinstance(answers[7], Unreadable)
    assert "没有读完" in answers[7].reason_zh
    good = [answer.blocks[0].rows[0][1] for answer in answers if isinstance(answer, ReadResult)]
    assert good == [str(number) for number in range(30)]
    assert [child.pid for child in children] == [None, None, None]


@pytest.mark.parametrize(("padding", "ahead"), [(0, 20), (3_000_000, 2)])
def test_whoever_stops_taking_leaves_no_child_behind(
    tmp_path: Path, padding: int, ahead: int
) -> None:
    path = tmp_path / "a.xls"
    page = growth_html(("2026-07-13", "1", "0", "1", "5"))
    path.write_text(page + " " * padding, "utf-8")
    taken: list[int] = []

    def files() -> Any:
        for number in range(1000):
            taken.append(number)
            yield path, "account", None

    with Reader(LAYOUTS) as reader:
        answers = reader.read_all(files(), children=2)
        assert isinstance(next(answers), ReadResult)
        assert len(taken) == 1 + 2 * ahead, "so many files a child are read ahead, no more"
        answers.close()
        assert [child.pid for child in (reader._first, *reader._others)] == [None, None]
        assert reader.read(path).row_count == 1, "and the reader can be used again"


def test_few_or_small_files_get_one_child() -> None:
    assert children_for(30, 1_000_000) == 1
    assert children_for(0, 0) == 1
    assert children_for(15_000, 50_000_000) == min(os.cpu_count() or 1, 8)


def test_a_file_that_the_system_does_not_give_is_no_verdict_on_it(tmp_path: Path) -> None:
    good = tmp_path / "a.xls"
    good.write_text(growth_html(("2026-07-13", "1", "0", "1", "5")), "utf-8")
    with Reader(LAYOUTS) as reader:  # a folder can be opened and not be read
        answers = list(
            reader.read_all([(tmp_path, "account", None), (good, "account", None)], children=2)
        )
        with pytest.raises(Unavailable):
            reader.read(tmp_path)
    assert [type(answer) for answer in answers] == [Unavailable, ReadResult]


def test_a_child_killed_before_it_is_ready_is_started_again(tmp_path: Path) -> None:
    """It used to wait for ever: the layouts were more than the pipe to a starting process holds."""
    good = tmp_path / "good.xls"
    good.write_text(growth_html(("2026-07-13", "1", "0", "1", "5")), "utf-8")
    with Reader(LAYOUTS) as reader:
        assert reader._first.pid
        os.kill(reader._first.pid, signal.SIGKILL)
        assert reader.read(good).row_count == 1
