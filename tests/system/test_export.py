"""What leaves the warehouse is read back: every format the same rows, nothing that runs."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb
import openpyxl
import pytest

from pipeline.cli.query import known_names
from pipeline.config.home import Home
from pipeline.export.query_formats import harmless
from tests.support.homes import pipeline, rows
from tests.support.report_home import HOSTILE, reported_home

QUERY = "select name, published_on, reads_or_plays from mart.new_media_product order by published_on"


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
        f"select name, cast(published_on as varchar), reads_or_plays from '{ask('parquet', 'q.parquet')}'"
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
        f"select year, count(*) from read_parquet('{tmp_path}/lake/account_daily/*/*.parquet', hive_partitioning = true) group by 1 order by 1"
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
