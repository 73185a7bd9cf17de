"""The night as a process: readers beside it, kills, failing checks, locks and exit codes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.config.home import Home, command
from pipeline.warehouse.publish import run_lock
from tests.support.homes import (
    CHECKOUT,
    FOLLOWERS,
    drop_growth,
    make_home,
    pipeline,
    rows,
    run,
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with two accounts."""
    return make_home(tmp_path / "home")


def test_a_reader_never_blocks_the_night_and_a_new_connection_sees_it(home: Path) -> None:
    drop_growth(home, "a.xls", ("2023-01-01", "1", "0", "1", "100"))
    run(home, "2023-01-31")
    hold = (
        f"import duckdb, sys; con = duckdb.connect({str(home / 'warehouse.duckdb')!r}, "
        "read_only=True); print('open', flush=True); "
        "sys.stdin.read(); print(con.execute('select count(*) from "
        "mart.account_daily').fetchone()[0], flush=True)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdout
        assert reader.stdout.readline() == "open\n"
        drop_growth(home, "b.xls", ("2023-01-02", "1", "0", "1", "101"))
        run(home, "2023-01-31")
        assert rows(home, "select count(*) from mart.account_daily") == [(2,)]
        out, _ = reader.communicate()
    assert out == "1\n"  # the old connection still reads the night it opened


@pytest.mark.parametrize("version", ["1.4", "1.5"])
def test_older_clients_read_the_file(home: Path, version: str) -> None:
    """`make test` puts the older clients into duckdb-<version> of the environment."""
    drop_growth(home, "a.xls", ("2023-01-01", "1", "0", "1", "100"))
    run(home, "2023-01-31")
    code = (
        f"import duckdb; assert duckdb.__version__.startswith({version!r}), duckdb.__version__; "
        f"con = duckdb.connect({str(home / 'warehouse.duckdb')!r}, read_only=True); "
        "tables = con.execute('select table_schema, table_name from "
        "information_schema.tables').fetchall(); "
        "assert len(con.execute('from ask.targets()').fetchall()) == 9; "
        "print(sum(con.execute(f'select count(*) from {s}.{t}').fetchone()[0] for s, t in "
        "tables) > 0)"
    )
    env = {**os.environ, "PYTHONPATH": f"{sys.prefix}/duckdb-{version}"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False
    )
    assert done.stdout == "True\n", done.stderr


@pytest.mark.parametrize("point", ["copy", "land", "transform", "publish", "archive"])
def test_a_night_killed_at_any_step_is_made_good_by_the_next(home: Path, point: str) -> None:
    drop_growth(home, "a.xls", ("2023-01-01", "1", "0", "1", "100"), at=1_000)
    drop_growth(home, "b.xls", ("2023-01-02", "1", "0", "1", "101"), at=2_000)
    (home / "inbox" / "main-wechat" / "bad.xls").write_bytes(b"")
    killed = pipeline(
        home, "run", "--as-of", "2023-01-31", env={**os.environ, "FAILPOINT_KILL": point}
    )
    assert killed.returncode == 137
    done = pipeline(home, "run", "--as-of", "2023-01-31")
    assert done.returncode == 3, done.stderr
    assert rows(home, FOLLOWERS) == [("2023-01-01", 100), ("2023-01-02", 101)]
    assert rows(home, "select count(*) from raw.wechat_follower_daily") == [(2,)]
    assert [p for p in (home / "inbox").rglob("*") if p.is_file()] == []
    assert (home / "quarantine" / "bad.xls.reason.txt").exists()


def test_a_failing_check_publishes_nothing_and_is_recorded(home: Path, tmp_path: Path) -> None:
    """A copy of the checkout with a model whose check fails.

    Exit 1, the last good warehouse stands.
    """
    drop_growth(home, "a.xls", ("2023-01-01", "1", "0", "1", "100"))
    run(home, "2023-01-31")
    copy = tmp_path / "checkout"
    for name in ("pipeline", "collectors", "transforms", "plans"):
        shutil.copytree(CHECKOUT / name, copy / name)
    model = copy / "transforms" / "mart" / "always_wrong.sql"
    model.write_text(
        "-- 永远不通过\n-- grain: followers\n-- fail: 粉丝必须为零 | followers = 0\n"
        "select followers /* 粉丝 */ from mart.account_daily\n",
        "utf-8",
    )
    path = drop_growth(home, "b.xls", ("2023-01-02", "1", "0", "1", "101"))
    words = command(home, "run", "--as-of", "2023-01-31")
    done = subprocess.run(words, cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "粉丝必须为零" in done.stdout
    assert path.exists()
    assert rows(home, FOLLOWERS) == [("2023-01-01", 100)]
    assert rows(home, "select status, exit_code from ops.run order by started_at") == [
        ("published", 0),
        ("failed", 1),
    ]
    assert rows(home, "select failing_rows from ops.check_result where not passed") == [(2,)]
    alerts = "select state, cause_zh from ops.alert where rule = 'failing_run'"
    assert subprocess.run(words, cwd=copy, capture_output=True, check=False).returncode == 1
    ((state, cause),) = rows(home, alerts)
    assert state == "open"
    assert cause.startswith("夜间运行失败，沿用上一版数据：")
    assert "粉丝必须为零" in cause
    run(home, "2023-01-31")
    assert [row[0] for row in rows(home, alerts)] == ["closed"]


def test_usage_and_configuration_errors_end_with_2(home: Path, tmp_path: Path) -> None:
    assert pipeline(tmp_path / "nowhere", "run").returncode == 2
    assert pipeline(home, "run", "--as-of", "yesterday").returncode == 2
    assert pipeline(home, "run", "--as-of", "2999-01-01").returncode == 2
    (home / "pipeline.toml").write_text("accounts = 3", "utf-8")
    done = pipeline(home, "run")
    assert done.returncode == 2
    assert "pipeline.toml" in done.stderr
    assert not (home / "warehouse.duckdb").exists()


def test_two_runs_at_once_give_one(home: Path) -> None:
    import fcntl

    with (home / ".pipeline.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        done = pipeline(home, "run")
    assert done.returncode == 1
    assert "another run" in done.stderr


def test_a_run_may_wait_for_another_one(home: Path) -> None:
    words = command(home, "run", "--as-of", "2023-01-31", "--wait", "60")
    with subprocess.Popen(words, cwd=CHECKOUT, stdout=subprocess.DEVNULL) as waiting:
        with run_lock(Home(home)):  # taken at once: the other process is still starting
            with pytest.raises(subprocess.TimeoutExpired):
                waiting.wait(3)
            assert not (home / "warehouse.duckdb").exists()
        assert waiting.wait(60) == 0
    assert rows(home, "select status from ops.run") == [("published",)]


def test_dry_run_leaves_everything_as_it_was(home: Path) -> None:
    path = drop_growth(home, "a.xls", ("2023-01-01", "1", "0", "1", "100"))
    done = pipeline(home, "run", "--as-of", "2023-01-31", "--dry-run")
    assert done.returncode == 0
    assert path.exists()
    assert not (home / "warehouse.duckdb").exists()


def test_sql_is_read_only_and_sees_no_files(home: Path) -> None:
    drop_growth(home, "a.xls", ("2023-01-01", "1", "0", "1", "100"))
    run(home, "2023-01-31")
    assert (
        pipeline(home, "sql", "select followers from mart.account_daily", "--format", "csv").stdout
        == "followers\n100\n"
    )
    for query in (
        "delete from mart.account_daily",
        f"select * from read_text('{home}/pipeline.toml')",
        "set enable_external_access = true",
    ):
        done = pipeline(home, "sql", query)
        assert done.returncode == 1, query
        assert "query failed" in done.stderr
