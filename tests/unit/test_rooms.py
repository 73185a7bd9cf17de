"""Rooms stay small and free of circles; reports and pages show figures and make none."""

from __future__ import annotations

import ast
import re
from graphlib import TopologicalSorter
from statistics import median
from typing import TYPE_CHECKING

from pipeline.config.checkout import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

COUNTING = re.compile(r"\b(count|sum|avg|median|mean|quantile\w*)\(|\bgroup by\b|\bhaving\b")
# the desk compares a file that was just handed in with what is known: no night has seen it yet
BEFORE_THE_NIGHT = CHECKOUT / "web" / "uploads"
# an example that a reader may run or change
EXAMPLES = CHECKOUT / "web" / "pages" / "questions.py"


def test_no_folder_has_more_than_twelve_modules() -> None:
    folders = {path.parent for path in (CHECKOUT / "pipeline").rglob("*.py")}
    counts = {
        str(folder.relative_to(CHECKOUT)): len(list(folder.glob("*.py"))) for folder in folders
    }
    assert {name: count for name, count in counts.items() if count > 12} == {}
    assert median(counts.values()) <= 7  # six and the folder's own __init__.py


def test_reports_and_pages_ask_for_figures_and_count_none() -> None:
    files = [path for name in ("reports", "web") for path in (CHECKOUT / name).rglob("*.py")]
    queries = {
        f"{path.relative_to(CHECKOUT)}:{node.lineno}": node.value
        for path in files
        if path != EXAMPLES and BEFORE_THE_NIGHT not in path.parents
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.search(r"\b(mart|ops|staging|raw)\.\w", node.value)
    }
    assert len(queries) > 40
    assert [place for place, text in queries.items() if COUNTING.search(text)] == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Imports for types and imports inside functions count too."""
    modules = {
        ".".join(path.relative_to(CHECKOUT).with_suffix("").parts).removesuffix(".__init__"): path
        for name in ("pipeline", "collectors", "reports", "web")
        for path in (CHECKOUT / name).rglob("*.py")
    }
    graph = {name: _imported(path, set(modules)) - {name} for name, path in modules.items()}
    assert len(graph) > 250
    TopologicalSorter(graph).prepare()  # CycleError names the circle


def _imported(path: Path, modules: set[str]) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names} & modules
        elif isinstance(node, ast.ImportFrom) and node.module:
            below = {f"{node.module}.{alias.name}" for alias in node.names} & modules
            found |= below or {node.module} & modules
    return found
