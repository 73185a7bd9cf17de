"""Backup and restore: the drill compares a restored home, and its rebuild, with the original."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.homes import CHECKOUT, CONFIG, growth_html, make_home, pipeline, rows, run
from tests.support.report_home import home_with_mail, reported_home

FIGURES = (
    "select target_id, actual, growth_pct, forecast from mart.target_progress order by position"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("backup")
    return home_with_mail(reported_home(folder / "master"), folder / "home")


def test_restored_and_rebuilt_it_gives_the_same_figures(home: Path, tmp_path: Path) -> None:
    done = pipeline(home, "backup", "--to", str(tmp_path / "safe"))
    assert done.returncode == 0, done.stderr
    folder = Path(done.stdout.strip())
    new = tmp_path / "new"
    done = pipeline(new, "restore", str(folder))
    assert done.returncode == 0, done.stderr
    assert rows(new, FIGURES) == rows(home, FIGURES)
    assert {path.name for path in (new / "inbox").iterdir()} >= {
        "main-wechat",
        "side-wechat",
        "news",
        "ledger",
    }
    assert pipeline(new, "rebuild", "--as-of", "2023-06-11").returncode == 0
    assert rows(new, FIGURES) == rows(home, FIGURES)
    again = pipeline(new, "restore", str(folder))
    assert again.returncode == 1
    assert "is not empty" in again.stderr


def test_a_damaged_backup_is_refused(home: Path, tmp_path: Path) -> None:
    folder = Path(pipeline(home, "backup", "--to", str(tmp_path / "safe")).stdout.strip())
    assert pipeline(home, "backup", "--verify", str(folder)).returncode == 0
    victim = next(path for path in (folder / "archive").rglob("*") if path.is_file())
    victim.chmod(0o644)
    victim.write_bytes(victim.read_bytes()[:-1])
    done = pipeline(tmp_path / "new", "restore", str(folder))
    assert done.returncode == 1
    assert "is not what was backed up" in done.stderr
    assert not (tmp_path / "new" / "warehouse.duckdb").exists()
    victim.unlink()
    assert "missing" in pipeline(home, "backup", "--verify", str(folder)).stderr


def test_only_the_newest_are_kept_and_a_backup_holds_no_backup(home: Path) -> None:
    import time

    names = []
    for _ in range(3):
        names.append(Path(pipeline(home, "backup", "--keep", "2").stdout.strip()).name)
        time.sleep(1.1)  # names are whole seconds
    assert sorted(path.name for path in (home / "backup").iterdir()) == names[1:]
    assert not (home / "backup" / names[2] / "backup").exists()


def test_the_drill_builds_the_backup_again_and_tells_a_figure_that_no_file_gave(
    home: Path, tmp_path: Path
) -> None:
    """A warehouse whose followers were changed by hand is caught, although the manifest (made
    afterwards) is right.
    """
    import duckdb

    good = pipeline(home, "backup", "--to", str(tmp_path / "safe")).stdout.strip()
    done = pipeline(home, "backup", "--drill", good)
    assert done.returncode == 0, done.stderr
    assert "all equal" in done.stdout
    forged = Path(shutil.copytree(home, tmp_path / "forged"))
    (forged / "warehouse.duckdb").chmod(0o644)
    with duckdb.connect(str(forged / "warehouse.duckdb")) as con:
        con.execute(
            "update mart.account_daily set followers = followers + 1 where date = date '2023-06-11'"
        )
    bad = pipeline(forged, "backup", "--to", str(tmp_path / "bad")).stdout.strip()
    assert pipeline(forged, "backup", "--verify", bad).returncode == 0
    done = pipeline(forged, "backup", "--drill", bad)
    assert done.returncode == 1
    # one day of the one account that has figures
    assert "mart.account_daily: 1 row(s)" in done.stderr


def test_a_backup_holds_what_the_settings_name_wherever_in_the_home_it_is(tmp_path: Path) -> None:
    text = (CHECKOUT / "plans" / "2023.toml").read_text("utf-8")
    home = make_home(
        tmp_path / "home", CONFIG.replace('"2023"', '"settings/of the office/plan.toml"')
    )
    folder = home / "settings" / "of the office"
    folder.mkdir(parents=True)
    (folder / "plan.toml").write_text(text, "utf-8")
    (folder / "corrections.toml").write_text("", "utf-8")
    (home / "certificates").mkdir()
    (home / "certificates" / "ca.pem").write_text("pem", "utf-8")
    outside = tmp_path / "other.pem"
    outside.write_text("pem", "utf-8")
    mail = '[mail]\nfrom = "p@example.org"\nto = []\nca_file = "certificates/ca.pem"\n'
    (home / "pipeline.toml").write_text((home / "pipeline.toml").read_text("utf-8") + mail, "utf-8")
    (home / "inbox" / "main-wechat" / "a.xls").write_text(
        growth_html(("2023-06-01", "10", "0", "10", "1010")), "utf-8"
    )
    run(home, "2023-06-01")
    done = pipeline(home, "backup")
    safe = Path(done.stdout.strip())
    assert {
        "settings/of the office/plan.toml",
        "settings/of the office/corrections.toml",
        "certificates/ca.pem",
    } <= {str(path.relative_to(safe)) for path in safe.rglob("*")}
    drilled = pipeline(home, "backup", "--drill", str(safe))
    assert drilled.returncode == 0, drilled.stderr
    settings = (
        (home / "pipeline.toml").read_text("utf-8").replace("certificates/ca.pem", str(outside))
    )
    (home / "pipeline.toml").write_text(settings, "utf-8")
    assert f"not in the backup, outside the home: {outside}" in pipeline(home, "backup").stderr
