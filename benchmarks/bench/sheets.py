"""Reading a big workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.bench.measure import Findings, Line, seconds
from benchmarks.bench.news import write_workbook
from collectors.layout import load_layouts
from collectors.read.open import open_sheets
from collectors.read.worker_pool import Reader
from pipeline.config.checkout import LAYOUT_FOLDER

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 100_000


def sheets(folder: Path, rows: int = ROWS) -> Findings:
    """Read rows of 16 columns: as the night does, and as far as a grid of text.

    Against pandas and bare calamine.
    """
    import pandas as pd
    import python_calamine

    path = folder / "news.xlsx"
    write_workbook(path, rows)
    with Reader(load_layouts(LAYOUT_FOLDER)) as reader:
        ours = seconds(lambda: reader.read(path, "news"))
    grids = seconds(lambda: open_sheets(path))
    bare = seconds(
        lambda: (
            python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
        )
    )
    frame = seconds(lambda: pd.read_excel(path, engine="openpyxl"))
    what = f"{rows:,} × 16 cells of .xlsx"
    return Findings(
        [
            Line(
                f"{what}: recognised, in the reading process", ours, "pandas + openpyxl", frame,
                at_least=10,
            ),
            Line(f"{what}: into grids of text", grids, "bare calamine", bare, at_most=1.5),
        ]
    )  # fmt: skip
