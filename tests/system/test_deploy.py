"""What deploy/ names exists: commands, options, files; and systemd takes the units."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.homes import CHECKOUT

DEPLOY = CHECKOUT / "deploy"
SYSTEMD = shutil.which("systemd-analyze")


def commands() -> set[str]:
    """Every `pipeline` command line that a deploy file runs, without the home."""
    found = set()
    for path in filter(Path.is_file, DEPLOY.iterdir()):
        text = path.read_text("utf-8").replace("$PIPELINE", "-m pipeline --home /srv/publicity")
        found |= set(re.findall(r"-m pipeline --home \S+ ([a-z]+(?: [a-z]+)?(?: --send)?)", text))
    return found


@pytest.mark.parametrize("words", sorted(commands()))
def test_each_command_is_one_of_ours(words: str) -> None:
    import typer.testing

    from pipeline.cli.app import app

    shown = typer.testing.CliRunner().invoke(
        app, [*words.removesuffix(" --send").split(), "--help"]
    )
    assert shown.exit_code == 0, shown.output
    assert "--send" not in words or "--send" in shown.output


def test_the_files_the_units_start_are_there() -> None:
    for path in DEPLOY.glob("*.service"):
        for program in re.findall(
            r"^ExecStart\w*=-?\S+ (\S+)", path.read_text("utf-8"), re.MULTILINE
        ):
            assert program == "-m" or (CHECKOUT / program).is_file(), path


@pytest.mark.skipif(SYSTEMD is None, reason="no systemd here")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for path in DEPLOY.glob("publicity*"):
        text = path.read_text("utf-8").replace(
            "/opt/publicity-pipeline/.venv/bin/python", "/bin/true"
        )
        (tmp_path / path.name).write_text(text, "utf-8")
    done = subprocess.run(
        [str(SYSTEMD), "verify", *map(str, tmp_path.iterdir())],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Unknown" not in done.stderr
    assert "Failed to parse" not in done.stderr
