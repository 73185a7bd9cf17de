"""What `make setup` makes ahead saves time and changes nothing."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from pipeline.cli.setup.ahead import make_empty_warehouse
from pipeline.config.home import Home
from pipeline.run.night import run_night
from pipeline.run.run_config import RunConfig
from pipeline.warehouse import publish
from tests.support.homes import growth_html, make_home, rows

TABLES = (
    "select schema_name, table_name, comment, estimated_size from duckdb_tables() where "
    "schema_name <> 'ops' or table_name in ('file', 'restatement') order by all"
)
COLUMNS = (
    "select schema_name, table_name, column_name, column_index, data_type, comment from "
    "duckdb_columns() order by all"
)


@pytest.mark.parametrize("damage", ["", "older"])
def test_a_first_night_is_the_same_with_and_without_an_empty_warehouse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    ahead = tmp_path / ".empty-1.duckdb"
    make_empty_warehouse(ahead)
    assert not list(tmp_path.glob("tmp*"))  # nothing but the file stays
    if damage:  # what an earlier version's set-up made: a column that is there today is not yet
        with publish.open_build(ahead) as con:
            con.execute("alter table raw.wechat_follower_daily drop column followers")
            con.execute("update ops.definition set digest = 'old' where name = 'raw tables'")
    found = []
    for name, origin in (("with", ahead), ("without", tmp_path / "none")):
        monkeypatch.setattr(publish, "empty_warehouse", lambda origin=origin: origin)
        home = make_home(tmp_path / name)
        export = home / "inbox" / "main-wechat" / "a.xls"
        export.write_text(growth_html(("2023-01-01", "5", "1", "4", "100")), "utf-8")
        os.utime(export, (1_700_000_000, 1_700_000_000))
        job = RunConfig.prepare(Home(home), date(2023, 1, 2))
        assert run_night(job, lambda _: None).exit_code == 0
        columns = [row for row in rows(home, COLUMNS) if not damage or row[0] != "raw"]
        found.append((rows(home, TABLES), columns, rows(home, "from mart.account_daily")))
    assert found[0] == found[1]


def test_the_empty_warehouse_of_another_duckdb_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = publish.empty_warehouse()
    monkeypatch.setattr(publish, "version", lambda _: "9.9")
    assert publish.empty_warehouse() != ours
