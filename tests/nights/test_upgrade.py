"""A home that an earlier release made opens, runs a night, and is rebuilt with the same figures."""

from __future__ import annotations

import lzma
import shutil
from pathlib import Path

import pytest

from tests.support.homes import growth_html, make_home, pipeline, rows, run

# one a release, made by its own command line: 1 and 2 June 2023
HOMES = Path(__file__).parents[1] / "data" / "homes"
FIGURES = (
    "select date, followers, new_followers from mart.account_daily where followers is not null "
    "order by date"
)
TARGETS = (
    "select target_id, baseline, target, actual, status from mart.target_progress order by "
    "target_id"
)
# commands that read figures: they work on an older warehouse, or say that a night must run first
READING = (
    ("report", "weekly", "--week", "2023-W22"),
    ("report", "scoreboard"),
    ("explain", "wechat_followers"),
    ("owed",),
)


@pytest.mark.parametrize("release", sorted(path.name for path in HOMES.iterdir()))
def test_a_home_of_an_earlier_release_goes_on(tmp_path: Path, release: str) -> None:
    home = make_home(tmp_path / "home")
    shutil.copytree(HOMES / release, home, dirs_exist_ok=True)
    packed = home / "warehouse.duckdb.xz"
    (home / "warehouse.duckdb").write_bytes(lzma.decompress(packed.read_bytes()))
    packed.unlink()
    assert pipeline(home, "status").returncode == 0
    for command in READING:
        read = pipeline(home, *command)
        assert read.returncode == 0 or "请先运行一次夜间任务" in read.stderr, read.stderr
        assert "Traceback" not in read.stderr
    page = growth_html(("2023-06-03", "5", "0", "5", "1035"))
    (home / "inbox" / "main-wechat" / "3.xls").write_text(page, "utf-8")
    assert run(home, "2023-06-03")["files"]["loaded"] == 1
    figures, targets = rows(home, FIGURES), rows(home, TARGETS)
    assert [row[1:] for row in figures] == [(1010, 10), (1030, 20), (1035, 5)]
    safe = pipeline(home, "backup").stdout.strip()
    drilled = pipeline(home, "backup", "--drill", safe)
    assert drilled.returncode == 0, drilled.stderr
    assert pipeline(home, "rebuild", "--as-of", "2023-06-03").returncode == 0
    assert (rows(home, FIGURES), rows(home, TARGETS)) == (figures, targets)
