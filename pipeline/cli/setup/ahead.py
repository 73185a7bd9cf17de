"""Make ahead what every new home needs: `python -m pipeline.cli.setup.ahead`, as `make setup` does.

That is the product's models, parsed, and an empty warehouse with all tables of ops and raw. Without
them a first run makes them itself.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from collectors.layout import load_layouts
from pipeline.config.checkout import LAYOUT_FOLDER
from pipeline.config.home import Home
from pipeline.ingest.raw_tables import create_raw_tables
from pipeline.models.parse_cache import parse_ahead
from pipeline.warehouse import publish
from pipeline.warehouse.ddl import transaction


def make_empty_warehouse(target: Path) -> None:
    """Write a warehouse without any row to `target`; an earlier one beside it goes."""
    layouts = load_layouts(LAYOUT_FOLDER).values()
    for old in target.parent.glob(".empty-*.duckdb"):
        old.unlink()
    with TemporaryDirectory(dir=target.parent) as folder:
        build = publish.start_build(Home(Path(folder)), copy=False)
        with publish.open_build(build) as con, transaction(con):
            create_raw_tables(con, [table for layout in layouts for table in layout.tables])
        build.replace(target)


if __name__ == "__main__":
    parse_ahead()
    make_empty_warehouse(publish.empty_warehouse())
