"""`from pipeline import connect`, the one-line questions, and many readers while nights are published."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import pytest

import pipeline as package
from pipeline.base.errors import TransientError
from tests.support.homes import CHECKOUT, growth_html, make_home, rows, run

# A reader that loops: each look must be one whole night, and never an older one than the look
# before.
READER = """
import sys, time
from pipeline import connect
warehouse, last, looks = connect(sys.argv[1]), 0, 0
print("ready", flush=True)
while last < int(sys.argv[2]):
    frame = warehouse.sql(
        "select count(*) as runs, (select max(followers) from mart.account_daily) as followers from ops.run")
    runs, followers = int(frame["runs"][0]), int(frame["followers"][0])
    assert followers == 1000 + runs, (runs, followers)
    assert runs >= last, (runs, last)
    last, looks = runs, looks + 1
print("looks", looks)
"""


def night(home: Path, number: int) -> None:
    """Drop the export of one more day: `1000 + number` followers, and publish."""
    day = date(2023, 1, 1) + timedelta(days=number - 1)
    path = home / "inbox" / "main-wechat" / f"{number}.xls"
    path.write_text(growth_html((day.isoformat(), "1", "0", "1", str(1000 + number))), "utf-8")
    run(home, day.isoformat())


def test_nights_are_published_under_readers_that_never_close(tmp_path: Path) -> None:
    nights = int(os.environ.get("NIGHTS", "4"))
    home = make_home(tmp_path / "home")
    night(home, 1)
    # an analyst's client that stays open
    holder = duckdb.connect(str(home / "warehouse.duckdb"), read_only=True)
    seen = holder.execute("select count(*) from ops.run").fetchone()
    command = [sys.executable, "-c", READER, str(home), str(nights)]
    readers = [
        subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    for reader in readers:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "ready\n"
    for number in range(2, nights + 1):
        night(home, number)
    for reader in readers:
        output, _ = reader.communicate(timeout=120)
        assert reader.returncode == 0
        assert output.startswith("looks ")
    assert holder.execute("select count(*) from ops.run").fetchone() == seen == (1,), (
        "the open client keeps its whole night"
    )
    with package.connect(home) as warehouse:
        assert warehouse.sql("select count(*) as n from ops.run")["n"].tolist() == [nights], (
            "also in the process that holds the old one"
        )
    holder.close()


def test_types_survive_the_way_to_a_frame(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    with pytest.raises(TransientError, match="no warehouse yet"):
        package.connect(home).sql("select 1")
    night(home, 1)
    with package.connect(home) as warehouse:
        frame = warehouse.sql(
            "select date, followers, reads from mart.account_daily where followers > ?", [1000]
        )
        assert frame["date"].tolist() == [pd.Timestamp("2023-01-01")]
        assert frame["followers"].tolist() == [1001]
        assert str(frame["reads"].dtype) == "Int64"
        assert frame["reads"].isna().all(), "missing stays missing, not 0 and not NaN of a float"
        assert warehouse.night()["as_of"] == pd.Timestamp("2023-01-01")
        assert "mart.article" in set(warehouse.tables()["table_name"])
        described = warehouse.describe("mart.account_daily").set_index("column_name")["comment"]
        assert described["followers"] == "累积关注人数（当日末）"
        with pytest.raises(duckdb.Error):
            warehouse.sql("select * from read_csv('/etc/passwd')")
        with pytest.raises(duckdb.Error):
            warehouse.sql("create table mart.mine as select 1")


def test_one_line_questions_answer_in_any_client(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    night(home, 1)
    assert rows(home, "select actual, status from ask.targets() where unit = '人'") == [
        (1001.0, "no_baseline")
    ]
    assert rows(home, "select followers, net_followers from ask.growth('示例城管')") == [(1001, 1)]
    assert rows(home, "from ask.growth('main-wechat') select count(*)") == [(1,)]
    assert rows(home, "select actual, target, chance from ask.what_if('wechat_followers', 25)") == [
        (1001.0, None, None)
    ]
    for question in (
        "ask.ten_w(2023)",
        "ask.units()",
        "ask.gaps()",
        "ask.articles('2023-01-01', '2023-12-31')",
        "ask.mentions('2023-01-01', '2023-12-31')",
    ):
        assert rows(home, f"select count(*) from {question}")[0][0] >= 0
    assert len(rows(home, "from ask.overdue()")) == 0, "no project is overdue on 1 January"


def test_importing_the_package_is_light() -> None:
    code = "import sys, pipeline; sys.exit('duckdb' in sys.modules or 'pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, check=False).returncode == 0


def test_help_loads_nothing_heavy() -> None:
    heavy = [
        "duckdb",
        "pandas",
        "numpy",
        "pyarrow",
        "matplotlib",
        "sqlglot",
        "requests",
        "lxml",
        "bs4",
        "python_calamine",
        "jinja2",
        "apscheduler",
        "docx",
        "PIL",
        "fontTools",
    ]
    code = (
        "import atexit, sys; from pipeline.cli.app import main; sys.argv = ['pipeline', "
        "'--help']\n"
        f"atexit.register(lambda: print('loaded', [name for name in {heavy} if name in "
        "sys.modules], 'typer' in sys.modules))\nmain()"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, check=False, capture_output=True, text=True
    )
    assert shown.stdout.splitlines()[-1] == "loaded [] True", shown.stderr


def test_the_command_line_client_reads_while_a_night_is_published(tmp_path: Path) -> None:
    client = Path(sys.executable).with_name("duckdb")  # duckdb-cli 1.5 of the dev dependencies
    home = make_home(tmp_path / "home")
    night(home, 1)
    with subprocess.Popen(
        [str(client), "-readonly", "-csv", "-noheader", str(home / "warehouse.duckdb")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as session:
        assert session.stdin is not None
        assert session.stdout is not None
        ask = "select count(*) from ops.run; select actual from ask.targets() where unit = '人';\n"
        session.stdin.write(ask)
        session.stdin.flush()
        assert [session.stdout.readline().strip() for _ in range(2)] == ["1", "1001.0"]
        night(home, 2)
        session.stdin.write(ask)
        session.stdin.close()
        assert session.stdout.read().split() == ["1", "1001.0"], (
            "an open session keeps its whole night"
        )
    fresh = subprocess.run(
        [
            str(client),
            "-readonly",
            "-csv",
            "-noheader",
            str(home / "warehouse.duckdb"),
            "select count(*) from ops.run",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert fresh.stdout.strip() == "2"
