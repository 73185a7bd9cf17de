"""Every notebook runs from top to bottom on the examples, is kept without outputs, and draws Chinese that its font has."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from examples.home import make_home
from tests.support.homes import CHECKOUT, run

BOOKS = sorted((CHECKOUT / "notebooks").glob("*.ipynb"))

# Runs cells as Jupyter does: one namespace, the last expression of a cell is shown. plt.show() checks each figure as the reports do.
RUNNER = """
import ast, json, sys
from matplotlib import pyplot as plt
from reports import style
drawn = []
plt.show = lambda: drawn.append(len(style.png(plt.gcf())))
names, shown = {"__name__": "__main__"}, 0
for cell in json.load(open(sys.argv[1], encoding="utf-8"))["cells"]:
    if cell["cell_type"] != "code":
        continue
    tree = ast.parse("".join(cell["source"]))
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, sys.argv[1], "exec"), names)
    if last is not None:
        value = eval(compile(ast.Expression(last.value), sys.argv[1], "eval"), names)
        shown += len(repr(value)) > 4
print(shown, len(drawn))
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = make_home(tmp_path_factory.mktemp("notebooks") / "office")
    run(home, "2023-10-31", code=3)
    return home


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_runs_from_top_to_bottom(office: Path, path: Path) -> None:
    env = {**os.environ, "OFFICE": str(office), "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", RUNNER, str(path)],
        cwd=path.parent,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    shown, drawn = done.stdout.split("\n")[-2].split()
    assert int(shown) >= 2
    assert int(drawn) >= 1


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_is_kept_without_outputs(path: Path) -> None:
    book = json.loads(path.read_text("utf-8"))
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in book["cells"]}) == len(book["cells"])
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            assert (cell["outputs"], cell["execution_count"]) == ([], None)
