"""`timezone` of pipeline.toml rules every connection; no module of the engine names a zone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import duckdb
import pytest

from pipeline.config.checkout import CHECKOUT, TRANSFORMS
from pipeline.config.home import Home
from pipeline.models.build import load_functions
from pipeline.warehouse.publish import open_published
from tests.support.homes import CONFIG, make_home, pipeline, run

if TYPE_CHECKING:
    from pathlib import Path

ZONE = re.compile(r"Asia/Shanghai")


@pytest.mark.parametrize(
    ("zone", "clock", "instant"),
    [
        ("Asia/Shanghai", "2023-06-01 08:30:00", "2023-06-01 00:00:00"),  # UTC + 8 h
        ("Asia/Urumqi", "2023-06-01 06:30:00", "2023-06-01 02:00:00"),  # UTC + 6 h
        ("America/New_York", "2023-05-31 20:30:00", "2023-06-01 12:00:00"),  # UTC - 4 h in summer
    ],
)
def test_moments_are_read_in_the_offices_zone(zone: str, clock: str, instant: str) -> None:
    with duckdb.connect() as con:
        load_functions(con, TRANSFORMS, zone)
        # half past midnight in UTC, written in three ways; then 8 o'clock of the office as an
        # instant of UTC
        for text in ("2023-06-01T00:30:00Z", "1685579400", "Wed, 31 May 2023 21:00:00 -0330"):
            assert con.execute(
                "select cast(to_moment($1, null) as varchar)", [text]
            ).fetchone() == (clock,)
        query = (
            "select strftime(to_instant('2023-06-01 08:00', null) at time zone 'UTC', '%Y-%m-%d "
            "%H:%M:%S')"
        )
        assert con.execute(query).fetchone() == (instant,)


def test_a_night_and_its_readers_take_the_settings_zone(tmp_path: Path) -> None:
    home = make_home(tmp_path, 'timezone = "Asia/Urumqi"\n' + CONFIG)
    run(home, "2023-01-31")
    with open_published(Home(home)) as con:
        assert con.execute("select current_setting('TimeZone')").fetchone() == ("Asia/Urumqi",)
    shown = pipeline(
        home, "sql", "select timezone, timestamptz '2023-06-01 00:00:00+00' as t from ops.context"
    )
    assert "Asia/Urumqi" in shown.stdout
    assert "06:00:00" in shown.stdout


def test_one_module_names_the_zone() -> None:
    folders = [CHECKOUT / name for name in ("pipeline", "reports", "transforms")]
    files = [
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix in (".py", ".sql", ".j2")
    ]
    found = [path.name for path in files if ZONE.search(path.read_text("utf-8"))]
    assert found == ["checkout.py"]
