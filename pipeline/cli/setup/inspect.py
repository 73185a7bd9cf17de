"""`pipeline inspect FILE`.

What a file is, which layout fits or what is missing, and a draft declaration.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import tomli_w

from collectors.model import Crashed, Unavailable
from collectors.read.open import open_sheets
from collectors.read.worker_pool import Reader
from collectors.unreadable import Unreadable
from pipeline.base.errors import PipelineError

if TYPE_CHECKING:
    from pathlib import Path

    from collectors.layout import Layout
    from collectors.model import Sheets

_DATE_LABEL = re.compile("日期|时间|月份")
_COUNT_LABEL = re.compile("人数|次数|数$|量$|篇")
_DAY = re.compile(r"(19|20)\d\d[-/.年]?[01]?\d[-/.月]?[0-3]?\d日?")
_FIGURE = re.compile(r"[\d,]+")
_HEADER_WITHIN = 10


def inspect_file(path: Path, layouts: dict[str, Layout]) -> list[str]:
    """Return lines for a person.

    The verdict, and for an unknown table a TOML draft to mend and put into layouts/.

    The file is read as a night reads it, in a process with limits: what people inspect is what was
    refused. PipelineError when the disk will not give it.
    """
    try:
        with Reader(layouts) as reader:
            result = reader.read(path)
    except Crashed as refusal:
        return [refusal.reason_zh, refusal.reason_en]
    except Unreadable as refusal:
        return [refusal.reason_zh, refusal.reason_en, *_draft(path)]
    except Unavailable as trouble:
        raise PipelineError(
            f"{path} cannot be read: {trouble}. Check the disk and who may read the file."
        ) from trouble
    lines = [f"{path.name}: {result.container}, {result.encoding or 'binary'}"]
    lines += [
        f"sheet {block.sheet}: layout {block.layout} ({layouts[block.layout].title}) -> "
        f"raw.{block.declaration.table}, "
        f"{block.row_count} row(s), {len(block.broken)} broken, from row "
        f"{block.data['row_number'][0] if block.row_count else '-'}"
        for block in result.blocks
    ]
    return lines + result.notes


def _draft(path: Path) -> list[str]:
    try:
        sheets = open_sheets(path)
    except Unreadable:
        return []
    header, below = _likely_header(sheets)
    if not header:
        return []
    columns = [_column(number, label, below) for number, label in enumerate(header, 1)]
    table = {"table": "my_table", "key": [columns[0]["name"]], "columns": columns}
    layout = {"my_layout": {"title": path.stem, "sources": ["account"], "tables": [table]}}
    return [
        "",
        "# A draft: give it names and kinds, then save it as <home>/layouts/my_layout.toml",
        tomli_w.dumps(layout),
    ]


def _likely_header(sheets: Sheets) -> tuple[list[str], dict[str, str]]:
    """Return the row that is most likely the header, and what the row below has under each label.

    The header is the first row, among the first ten of any sheet, with the most distinct text
    labels (two at least).
    """
    best: tuple[list[str], dict[str, str]] = ([], {})
    for grid in sheets.grids:
        rows = list(grid.first(_HEADER_WITHIN + 1))
        for row, below in zip(rows, [*rows[1:], []], strict=True):
            named = [cell for cell in row if cell and not re.fullmatch(r"[-\d.,:/ %]+", cell)]
            if len(set(named)) > max(1, len(set(best[0]))):
                best = named, {label: cell for label, cell in zip(row, below) if label and cell}  # noqa: B905
    return best


def _kind(label: str, value: str) -> str:
    """Return the kind of a column as its label and its first value suggest it."""
    if _DAY.fullmatch(value) or _DATE_LABEL.search(label):
        return "date"
    return "count" if _FIGURE.fullmatch(value) or _COUNT_LABEL.search(label) else "text"


def _column(number: int, label: str, below: dict[str, str]) -> dict[str, object]:
    kind = _kind(label, below.get(label, "").strip())
    column: dict[str, object] = {"name": f"column_{number}", "labels": [label], "kind": kind}
    return column | ({"required": True} if number == 1 else {"expected": True})
