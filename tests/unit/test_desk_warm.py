"""The table that warms the checking process is one that the night would take."""

from __future__ import annotations

from collectors.read.read_file import read_file
from pipeline.config.checkout import CHECKOUT
from pipeline.config.home import Home
from web.uploads.warm import a_table


def test_the_table_is_known_and_has_a_row() -> None:
    layouts = Home(CHECKOUT).read_layouts()
    with a_table(layouts.values()) as path:
        assert path is not None
        result = read_file(path, layouts, "ledger", path.name)
    assert len(result.layouts) == 1
    assert sum(block.row_count for block in result.blocks) == 1, "so every step is taken"
    assert not path.exists()


def test_without_a_plain_table_nothing_is_warmed() -> None:
    with a_table([]) as path:
        assert path is None
