"""Every container as grids of text; cells say exactly what the file says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.model import Sheets, Unavailable
from collectors.read.delimited import delimited_grid
from collectors.read.encoding import decode
from collectors.read.feed import feed_grid
from collectors.read.html_table import html_grids
from collectors.read.json_lists import document_grids
from collectors.read.limits import require_few_cells, require_size
from collectors.read.sniff import sniff
from collectors.read.workbook import xls_grids, xlsx_grids
from collectors.read.zip_safety import check_workbook

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from collectors.layout import NoData


def open_sheets(path: Path, no_data: Iterable[NoData] = ()) -> Sheets:
    """Read a file into grids.

    Unreadable when it is no table that can be read, Unavailable when the disk fails.

    `no_data`: the mark of a JSON answer without data.
    """
    require_size(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Unavailable(error.errno, str(error)) from error
    container = sniff(path, data)
    if container == "xls":
        return Sheets(container, None, xls_grids(data))
    if container == "xlsx":
        return Sheets(container, None, xlsx_grids(data, check_workbook(path)))
    text, encoding = decode(data)
    require_few_cells(text)
    if container == "json":
        return Sheets(container, encoding, document_grids(text, no_data))
    if container == "feed":
        return Sheets(container, encoding, [feed_grid(text)])
    grids = html_grids(text) if container == "html" else [delimited_grid(text)]
    return Sheets(container, encoding, grids)
