"""The archive for a machine without internet.

Built here, installed and run in a network namespace of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import duckdb
import pytest

from tests.support.homes import CHECKOUT

BUILD = CHECKOUT / "deploy" / "bundle" / "build.py"
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
CAN_CUT_OFF = (
    subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False).returncode == 0
)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the unpacked archive for this processor and this Python."""
    folder = tmp_path_factory.mktemp("bundle")
    words = ["--out", str(folder / "b.tar"), "--processor", os.uname().machine, "--python", PYTHON]
    done = subprocess.run(
        [sys.executable, str(BUILD), *words], capture_output=True, text=True, check=False
    )
    if done.returncode and not os.environ.get("CI"):
        pytest.skip(f"no package registry within reach: {done.stderr[-200:]}")
    assert done.returncode == 0, done.stderr
    with tarfile.open(folder / "b.tar") as archive:
        archive.extractall(folder, filter="data")
    return folder / "publicity-bundle"


def cut_off(*words: object) -> subprocess.CompletedProcess[str]:
    """Run a command without any network."""
    return subprocess.run(
        ["unshare", "-n", *map(str, words)], capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(
    not CAN_CUT_OFF, reason="taking the network away needs root on Linux (unshare -n)"
)
def test_installs_and_runs_a_night_without_network(bundle: Path, tmp_path: Path) -> None:
    installed = cut_off("sh", bundle / "install.sh", tmp_path / "venv")
    assert installed.returncode == 0, installed.stderr
    home = tmp_path / "home"
    subprocess.run(["cp", "-r", str(bundle / "example"), str(home)], check=True)
    night = cut_off(
        tmp_path / "venv" / "bin" / "pipeline", "--home", home, "run", "--as-of", "2023-10-31"
    )
    assert night.returncode == 3, night.stderr  # the example has one file that no layout recognises
    report = cut_off(tmp_path / "venv" / "bin" / "pipeline", "--home", home, "report", "scoreboard")
    assert report.returncode == 0, report.stderr
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        rows = con.execute("select actual from mart.target_progress order by target_id").fetchall()
    assert len(rows) == 9
    assert (home / "output" / "scoreboard.html").is_file()


def test_a_damaged_bundle_is_refused(bundle: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-r", str(bundle), str(copy)], check=True)
    with (copy / "requirements.txt").open("a", encoding="utf-8") as stream:
        stream.write("# altered\n")
    done = subprocess.run(
        ["sh", str(copy / "install.sh"), str(tmp_path / "v")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "checksums differ" in done.stderr
    assert not (tmp_path / "v").exists()
