"""Nothing in the repository refers to a page that is not in it."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

from pipeline.config.checkout import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

_PAGE = re.compile(r"(?<![\w/.<>*{}-])((?:\.{0,2}/)?[\w.-]+(?:/[\w.-]+)*\.md)\b")
_TEXT = (".py", ".sql", ".toml", ".md", ".yml", ".sh", ".ipynb", ".j2", ".css", ".js", "Makefile")
_ELSEWHERE = {"CHANGELOG.md"}  # what was, not what is
_MADE_BY_TESTS = {"page.md", "q.md"}


def test_every_page_that_is_named_is_here() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    paths = [
        CHECKOUT / name
        for name in listed.stdout.splitlines()
        if name.endswith(_TEXT) and name not in _ELSEWHERE
    ]
    missing = [
        f"{path.relative_to(CHECKOUT)}: {name}"
        for path in paths
        if path.is_file()
        for name in _unknown(path)
    ]
    assert "\n".join(sorted(missing)) == ""


def _unknown(path: Path) -> list[str]:
    folders = (
        path.parent,
        CHECKOUT,
        CHECKOUT / "docs",
        CHECKOUT / "docs" / "guide",
        CHECKOUT / "docs" / "decisions",
    )
    named = set(_PAGE.findall(path.read_text("utf-8"))) - _MADE_BY_TESTS
    return [name for name in named if not any((folder / name).exists() for folder in folders)]


def test_decisions_are_numbered_as_their_pages_are() -> None:
    folder = CHECKOUT / "docs" / "decisions"
    index = (folder / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d{4}) \| \[.*?\]\((\d{4})-", index, re.MULTILINE)
    pages = sorted(path.name[:4] for path in folder.glob("0*.md"))
    assert rows == [(number, number) for number in pages]
    assert pages == [f"{number:04}" for number in range(1, len(pages) + 1)]
    headings = [path.read_text("utf-8")[:7] for path in sorted(folder.glob("0*.md"))]
    assert headings == [f"# {number} " for number in pages]


def test_every_decision_named_by_its_number_is_here() -> None:
    listed = subprocess.run(
        ["git", "grep", "-ohiE", r"decisions?[/ ][0-9]{4}"],
        cwd=CHECKOUT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    named = {found[-4:] for found in listed.stdout.splitlines()}
    here = {path.name[:4] for path in (CHECKOUT / "docs" / "decisions").glob("0*.md")}
    assert named <= here
