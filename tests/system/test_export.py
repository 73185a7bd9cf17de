"""What leaves the warehouse is read back: every format the same rows, nothing that runs."""

from __future__ import annotations

import csv
import json
import os
import re
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pytest
from rich.cells import cell_len

from pipeline.cli.query import known_names
from pipeline.config.home import Home
from pipeline.export.query_formats import harmless
from pipeline.export.workbook import Column, Workbook, WorkbookError
from tests.support.homes import pipeline, rows
from tests.support.report_home import HOSTILE, reported_home

QUERY = (
    "select name, published_on, reads_or_plays from mart.new_media_product order by published_on"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return reported_home(tmp_path_factory.mktemp("export") / "home")


def test_a_query_in_every_format(home: Path, tmp_path: Path) -> None:
    def ask(kind: str, name: str) -> Path:
        out = tmp_path / name
        done = pipeline(home, "sql", QUERY, "--format", kind, "--out", str(out))
        assert done.returncode == 0, done.stderr
        return out

    wanted = [(title, f"2023-06-0{n}", 150_000) for n, title in enumerate(HOSTILE, 5)]
    assert [
        (r["name"], r["published_on"], r["reads_or_plays"])
        for r in json.loads(ask("json", "q.json").read_text("utf-8"))
    ] == wanted
    table = duckdb.execute(
        "select name, cast(published_on as varchar), reads_or_plays from "
        f"'{ask('parquet', 'q.parquet')}'"
    )
    assert table.fetchall() == wanted
    described = duckdb.execute(f"describe from '{tmp_path / 'q.parquet'}'").fetchall()
    assert [row[1] for row in described] == ["VARCHAR", "DATE", "BIGINT"]
    with ask("csv", "q.csv").open(encoding="utf-8", newline="") as stream:
        assert [row[0] for row in csv.reader(stream)][2] == f"'{HOSTILE[1]}"
    sheet = openpyxl.load_workbook(ask("xlsx", "q.xlsx")).worksheets[0]
    assert sheet["A3"].value == HOSTILE[1]
    assert sheet["A3"].data_type == "s"
    lines = ask("markdown", "q.md").read_text("utf-8").splitlines()
    assert lines[:2] == ["| name | published_on | reads_or_plays |", "| --- | --- | --- |"]
    assert lines[3].startswith('| =cmd\\|"/C calc"!A0 | 2023-06-06 | 150000 |')


def test_marts_as_csv_and_by_year(home: Path, tmp_path: Path) -> None:
    assert pipeline(home, "export", str(tmp_path / "csv"), "--csv").returncode == 0
    with (tmp_path / "csv" / "account_daily.csv").open(encoding="utf-8-sig", newline="") as stream:
        table = list(csv.DictReader(stream))
    assert len(table) == rows(home, "select count(*) from mart.account_daily")[0][0] == 527
    assert table[-1]["net_followers"] == "100", "numbers stay numbers"
    assert {row["readers"] for row in table} == {"500"}
    assert pipeline(home, "export", str(tmp_path / "lake"), "--by-year").returncode == 0
    years = duckdb.execute(
        "select year, count(*) from "
        f"read_parquet('{tmp_path}/lake/account_daily/*/*.parquet', hive_partitioning = "
        "true) group by 1 order by 1"
    )
    assert years.fetchall() == [(2022, 365), (2023, 162)]
    assert (tmp_path / "lake" / "target_progress.parquet").is_file()


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r"])
def test_no_text_runs_in_a_spreadsheet(sign: str) -> None:
    assert harmless(f"{sign}1+1") == f"'{sign}1+1"
    assert harmless(-1) == -1


def test_names_to_complete_and_a_near_name_in_the_error(home: Path) -> None:
    names = known_names(Home(home))
    assert {"mart.article", "ask.targets(", "followers", "ops.run"} <= set(names)
    done = pipeline(home, "sql", "select * from mart.artcle")
    assert done.returncode == 1
    assert "article" in done.stderr.lower()


def test_the_workbook_of_all_marts_is_in_chinese(home: Path, tmp_path: Path) -> None:
    done = pipeline(home, "export", str(tmp_path / "all.xlsx"))
    assert done.returncode == 0, done.stderr
    book = openpyxl.load_workbook(tmp_path / "all.xlsx")
    tables = rows(home, "select count(*) from duckdb_tables() where schema_name = 'mart'")[0][0]
    assert len(book.sheetnames) == tables + 2
    assert book.sheetnames[:2] == ["目录", "数据字典"]
    assert not [name for name in book.sheetnames if re.search("[a-z_]", name)]
    progress = list(book["年度目标进度"].iter_rows(values_only=True))
    heads = {head: place for place, head in enumerate(progress[0])}
    assert {"指标名称", "目标", "实际", "状态", "评语"} <= heads.keys()
    assert {row[heads["状态"]] for row in progress[1:]} <= {
        "已达成",
        "正常",
        "有风险",
        "滞后",
        "数据不全",
        "无可比基数",
        "无数据",
    }
    assert {row[heads["类别"]] for row in progress[1:]} == {"存量增长", "流量增长", "计数"}
    counted = rows(home, "select count(*) from mart.account_daily")[0][0]
    assert book["账号每日"].max_row == counted + 1
    assert book["账号每日"].freeze_panes == "B2"


def test_what_a_workbook_cannot_hold_is_told(tmp_path: Path) -> None:
    # 40 000 characters are more than a cell's 32 767; NaN is no number; Excel keeps 15 digits of
    # 2^62; years before 1900 are text
    path = tmp_path / "odd.xlsx"
    with Workbook(path, "odd") as book:
        values = ["长" * 40_000, float("nan"), 2**62, date(1850, 1, 1), "=1+1", None, True, 12.5]
        book.add("[坏]名/字", [Column("甲"), *(Column(f"列{i}") for i in range(7))], [values])
    assert [line.partition("：")[0] for line in book.told] == [
        "、坏、名、字 第2行“甲”",
        "、坏、名、字 第2行“列0”",
        "、坏、名、字 第2行“列1”",
    ]
    (row,) = openpyxl.load_workbook(path)["、坏、名、字"].iter_rows(min_row=2, values_only=True)
    assert len(row[0]) == 32_767
    assert row[0].endswith("（全文40,000字，Excel单元格最多32,767字，此处截断）")
    assert row[1:] == ("nan", "4611686018427387904", "1850-01-01", "=1+1", None, "是", 12.5)


def test_a_table_longer_than_a_sheet_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.export.workbook.MOST_ROWS", 4)
    with Workbook(tmp_path / "three.xlsx", "long") as book:
        book.add("长表", [Column("数")], ((number,) for number in range(3)))
    with (
        pytest.raises(WorkbookError, match=r"长表: a sheet holds 4 rows.*--csv"),
        Workbook(tmp_path / "four.xlsx", "long") as book,
    ):
        book.add("长表", [Column("数")], ((number,) for number in range(4)))


def test_a_wide_table_turns_on_its_side_and_no_head_is_cut(home: Path) -> None:
    env = {**os.environ, "COLUMNS": "100"}
    wide = pipeline(home, "sql", "select * from mart.target_progress limit 2", env=env).stdout
    assert "─── 2 ───" in wide
    for (name,) in rows(
        home,
        (
            "select column_name from duckdb_columns() where schema_name = 'mart' and table_name "
            "= 'target_progress'"
        ),
    ):
        assert re.search(rf"^{name} ", wide, re.MULTILINE), name
    narrow = pipeline(
        home, "sql", "select target_id, name_zh, verdict_zh from mart.target_progress", env=env
    ).stdout
    lines = [line for line in narrow.splitlines() if line]
    assert {cell_len(line) for line in lines} == {cell_len(lines[0])}, (
        "Chinese characters take two columns"
    )
    assert cell_len(lines[0]) <= 100
    assert "verdict_zh" in narrow


def test_status_is_one_screen(home: Path) -> None:
    done = pipeline(home, "status")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) <= 40
    assert "run_id" in done.stdout
    assert "status" in done.stdout
    assert len(pipeline(home, "status", "--all").stdout.splitlines()) >= len(
        done.stdout.splitlines()
    )
