"""Every notebook runs in a real Jupyter kernel on the examples, shows pictures, and is kept without
outputs.
"""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from PIL import Image

from examples.analysts import add_analyst_files
from examples.home import make_home
from tests.support.homes import CHECKOUT, run

BOOKS = sorted((CHECKOUT / "notebooks").glob("*.ipynb"))
_COLOURS = 8  # a picture with fewer is blank


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = add_analyst_files(make_home(tmp_path_factory.mktemp("notebooks") / "office"))
    run(home, "2023-10-31", code=3)
    return home


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_a_kernel_runs_it_and_shows_pictures(
    office: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFFICE", str(office))
    monkeypatch.setenv("PYTHONPATH", str(CHECKOUT))
    monkeypatch.delenv("MPLBACKEND", raising=False)
    book = nbformat.read(path, as_version=4)
    where = {"metadata": {"path": str(path.parent)}}
    NotebookClient(book, timeout=120, kernel_name="python3", resources=where).execute()
    outputs = [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
    pictures = [
        output["data"]["image/png"] for output in outputs if "image/png" in output.get("data", {})
    ]
    assert len(pictures) >= 2, "every notebook shows at least two pictures"
    for picture in pictures:
        with Image.open(io.BytesIO(base64.b64decode(picture))) as image:
            assert len(image.convert("RGB").getcolors(1 << 24) or []) > _COLOURS
    told = [output["text"] for output in outputs if output.get("name") == "stderr"]
    assert told == [], "no warning, no missing glyph"
    assert sum("text/html" in output.get("data", {}) for output in outputs) >= 1, "tables are shown"


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_is_kept_without_outputs(path: Path) -> None:
    book = json.loads(path.read_text("utf-8"))
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in book["cells"]}) == len(book["cells"])
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            assert (cell["outputs"], cell["execution_count"]) == ([], None)
