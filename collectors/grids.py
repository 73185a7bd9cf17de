"""Every container as grids of text; cells say exactly what the file says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.delimited import delimited_grid
from collectors.documents import document_grids
from collectors.feeds import feed_grid
from collectors.html import html_grids
from collectors.model import Sheets
from collectors.safety import check_workbook
from collectors.sniff import decode, sniff
from collectors.workbooks import workbook_grids

if TYPE_CHECKING:
    from pathlib import Path


def open_sheets(path: Path) -> Sheets:
    """Read a file into grids; Unreadable when it is no table that can be read."""
    data = path.read_bytes()
    container = sniff(path, data)
    if container in ("xls", "xlsx"):
        has_merged = container == "xlsx" and check_workbook(path)
        return Sheets(container, None, workbook_grids(path, data, container, has_merged=has_merged))
    text, encoding = decode(data)
    if container == "json":
        return Sheets(container, encoding, document_grids(text))
    if container == "feed":
        return Sheets(container, encoding, [feed_grid(text)])
    grids = html_grids(text) if container == "html" else [delimited_grid(text)]
    return Sheets(container, encoding, grids)
