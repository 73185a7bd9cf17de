"""Reading a warehouse needs nothing that only POSIX has, so that analysts can do it on Windows."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import duckdb
import pytest

from tests.support.homes import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

HIDDEN = (
    "import sys\nfor name in ('fcntl', 'resource', 'pwd', 'grp', 'termios'): sys.modules[name] "
    "= None\n"
)
CONNECT = (
    "from pipeline import connect\nwith connect(sys.argv[1]) as w: print(w.sql('select n "
    "from mart.thing')['n'][0])"
)
SQL = (
    "from pipeline.cli.app import main\nsys.argv[1:] = ['--home', sys.argv[1], 'sql', 'select n "
    "from mart.thing', '--format', 'csv']\nmain()"
)
SHELL = "from pipeline.cli.app import main\nsys.argv[1:] = ['--home', sys.argv[1], 'shell']\nmain()"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("share")
    with duckdb.connect(str(folder / "warehouse.duckdb")) as con:
        con.execute("create schema mart")
        con.execute("create table mart.thing as select 4711 as n")
    (folder / "pipeline.toml").write_text("accounts = []", "utf-8")
    return folder


@pytest.mark.parametrize("code", [CONNECT, SQL, SHELL], ids=["connect", "sql", "shell"])
def test_asks_without_posix_modules(home: Path, code: str) -> None:
    command = [sys.executable, "-c", HIDDEN + code, str(home)]
    done = subprocess.run(
        command,
        cwd=CHECKOUT,
        input="select n from mart.thing;\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert "4711" in done.stdout, done.stderr
