"""No room of the engine grows into a heap."""

from __future__ import annotations

from statistics import median

from pipeline.config.checkout import CHECKOUT


def test_no_folder_has_more_than_twelve_modules() -> None:
    folders = {path.parent for path in (CHECKOUT / "pipeline").rglob("*.py")}
    counts = {
        str(folder.relative_to(CHECKOUT)): len(list(folder.glob("*.py"))) for folder in folders
    }
    assert {name: count for name, count in counts.items() if count > 12} == {}
    assert median(counts.values()) <= 7  # six and the folder's own __init__.py
