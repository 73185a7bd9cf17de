"""A table that nobody handed in: checked once at the start, it loads what the first upload would wait for."""

from __future__ import annotations

import csv
import io
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from collectors.layout import Layout

_TABLE = "ledger"  # what may lie there is a plain table, known by its labels


@contextmanager
def a_table(layouts: Iterable[Layout]) -> Iterator[Path | None]:
    """Write a table of one row under a layout's own labels; None when no layout is a plain table."""
    labels = next(filter(None, map(_labels, layouts)), None)
    if labels is None:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "warm.csv"
        text = io.StringIO()
        csv.writer(text).writerows([labels, ["1"] * len(labels)])
        path.write_text(text.getvalue(), "utf-8")
        yield path


def _labels(layout: Layout) -> list[str]:
    if _TABLE not in layout.sources:
        return []
    return [
        column.labels[0] for table in layout.tables for column in table.columns if column.labels
    ]
