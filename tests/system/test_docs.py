"""The guide is run.

Every bash, sql and python block of docs/guide, page by page, in a copy of the checkout.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.homes import CHECKOUT

GUIDE = CHECKOUT / "docs" / "guide"
ORDER = (
    "install",
    "first-night",
    "ask",
    "add-an-account",
    "add-a-layout",
    "add-a-mart",
    "add-a-chart",
    "run-it-for-a-year",
    "decisions",
    "desk",
    "交数据",
    "troubleshooting",
)
_BLOCK = re.compile(
    r"(?P<skip><!-- not run: .+ -->\n)?```(?P<kind>bash|sql|python)\n(?P<code>.*?)```", re.DOTALL
)
_LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv*", "demo", ".*_cache", "__pycache__", "*.egg-info", "warehouse.duckdb*", "inbox_"
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(
        shutil.copytree(CHECKOUT, tmp_path_factory.mktemp("docs") / "checkout", ignore=_LEFT_OUT)
    )


def run_block(copy: Path, kind: str, code: str) -> subprocess.CompletedProcess[str]:
    office = copy.parent / "office"
    bin_folder = str(Path(sys.executable).parent)
    env = {
        **os.environ,
        "OFFICE": str(office),
        "PATH": f"{bin_folder}:{os.environ['PATH']}",
        "PYTHONPATH": str(copy),
    }
    commands = {
        "bash": ["bash", "-euo", "pipefail", "-c", code],
        "python": [sys.executable, "-c", code],
        "sql": [sys.executable, "-m", "pipeline", "--home", str(office), "sql", code],
    }
    return subprocess.run(
        commands[kind], cwd=copy, env=env, capture_output=True, text=True, check=False
    )


def test_every_page_runs_in_the_order_a_newcomer_reads(copy: Path) -> None:
    assert {path.stem for path in GUIDE.glob("*.md")} == set(ORDER)
    count = 0
    for name in ORDER:
        for match in _BLOCK.finditer((GUIDE / f"{name}.md").read_text("utf-8")):
            if match["skip"]:
                continue
            done = run_block(copy, match["kind"], match["code"])
            assert done.returncode == 0, f"{name}.md\n{match['code']}\n{done.stdout}\n{done.stderr}"
            count += 1
    assert count >= 20


def test_every_link_of_the_docs_leads_somewhere() -> None:
    for path in [
        CHECKOUT / "README.md",
        CHECKOUT / "README.zh-CN.md",
        CHECKOUT / "CONTRIBUTING.md",
        CHECKOUT / "deploy" / "README.md",
        *(CHECKOUT / "docs").rglob("*.md"),
    ]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text("utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_every_message_of_troubleshooting_is_in_the_code() -> None:
    sources = "".join(
        path.read_text("utf-8")
        for folder in ("pipeline", "collectors", "reports", "transforms")
        for path in (CHECKOUT / folder).rglob("*.*")
        if path.suffix in (".py", ".sql")
    )
    known = {"query failed"}
    for message in re.findall(
        r"^\| `([^`]+)`", (GUIDE / "troubleshooting.md").read_text("utf-8"), re.MULTILINE
    ):
        words = [part.strip() for part in re.split(r"…|“|”|：", message) if len(part.strip()) > 3]
        assert any(word in sources for word in words) or any(word in message for word in known), (
            message
        )


def test_every_option_of_the_command_line_is_explained() -> None:
    import typer.main

    from pipeline.cli.app import app

    text = "".join(
        path.read_text("utf-8") for path in [CHECKOUT / "docs" / "commands.md", *GUIDE.glob("*.md")]
    )

    def walk(command: Any, words: list[str]) -> list[str]:
        """Every command, and every option as `words --option`."""
        children = getattr(command, "commands", {}).items()
        options = [
            option
            for param in command.params
            for option in (*param.opts, *param.secondary_opts)
            if option.startswith("--")
        ]
        own = [] if children else [" ".join(words), *options]
        return own + [line for name, child in children for line in walk(child, [*words, name])]

    wanted = set(walk(typer.main.get_command(app), []))
    assert sorted(line for line in wanted if line not in text) == []
