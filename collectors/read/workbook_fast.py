"""A big workbook of one plain sheet straight into columns (fastexcel).

None wherever its text might differ from the careful reader's.

Fastexcel writes mixed columns, dates and switches in its own way, so only columns of nothing but
text or nothing but numbers are taken.
"""

from __future__ import annotations

import io
import logging
import re
import zipfile
from typing import TYPE_CHECKING, Any

from collectors.model import Grid
from collectors.read.cells import DAY_LIKE
from collectors.read.columnar import HEAD

if TYPE_CHECKING:
    import pyarrow as pa

    from collectors.model import Row

# no number, no day, no switch
_LABEL = re.compile(r".*[\u4e00-\u9fff].*|(?!true$|false$)[a-z][a-z ]*", re.IGNORECASE)
_A1 = re.compile(rb'<c r="A1"[^>/]*>(<v>[^<]+</v>|<is><t[^>]*>[^<]+</t></is>)')
_START = 1 << 16
_RENAMED = re.compile(r".*_\d+|__UNNAMED__.*")  # a label that stands twice


def quick_grid(data: bytes) -> Grid | None:
    """Return the only sheet when it is a plain table, or None.

    Its first row is a header of text, and each column below holds one kind of value.
    """
    import fastexcel
    import pyarrow as pa

    if not _begins_in_a1(data):
        return None
    logging.getLogger("fastexcel").setLevel(logging.ERROR)
    try:
        book = fastexcel.read_excel(data)
        if len(book.sheet_names) != 1:
            return None
        sheet = book.load_sheet(0, header_row=0, schema_sample_rows=None, dtype_coercion="strict")
        labels = _labels(sheet.selected_columns)
        if labels is None or not {column.dtype for column in sheet.selected_columns} <= {
            "string",
            "float",
        }:
            return None
        batch, errors = sheet.to_arrow_with_errors()
    except fastexcel.FastExcelError:
        return None
    if errors is not None and errors.errors:
        return None
    names = [str(number) for number in range(len(labels))]
    cells = pa.table([_text(column) for column in batch.columns], names)
    above = cells.slice(0, HEAD - 1)
    head: list[Row] = [
        labels,
        *map(list, zip(*(column.to_pylist() for column in above.columns), strict=True)),
    ]
    return Grid(
        sheet.name,
        head,
        sheet.visible != "visible",
        body=cells.slice(HEAD - 1),
        day_like=_day_like(batch),
    )


def _day_like(batch: pa.RecordBatch) -> set[tuple[int, int]]:
    """Return the places of numbers that may be days; their formats are not known here."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found: set[tuple[int, int]] = set()
    for column, cells in enumerate(batch.columns):
        if pa.types.is_floating(cells.type):
            rows = pc.indices_nonzero(
                pc.fill_null(pc.match_substring_regex(cells.cast(pa.string()), DAY_LIKE), False)
            )
            found |= {(row + 1, column) for row in rows.to_pylist()}
    return found


def _begins_in_a1(data: bytes) -> bool:
    """Return whether the first cell is filled.

    Fastexcel leaves out what is empty above and does not say how much.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [
            name
            for name in archive.namelist()
            if name.startswith("xl/worksheets/") and name.endswith(".xml")
        ]
        if len(sheets) != 1:
            return False
        with archive.open(sheets[0]) as stream:
            found = re.search(rb"<c\s[^>]*>", start := stream.read(_START))
            return bool(found and _A1.match(start, found.start()))


def _labels(columns: list[Any]) -> Row | None:
    """Return the first row, when it is sure to be what the file says."""
    labels = [
        (column.name or None) if column.column_name_from == "looked_up" else None
        for column in columns
    ]
    plain = all(
        _LABEL.fullmatch(label) and not _RENAMED.fullmatch(label) for label in labels if label
    )
    whole = [column.absolute_index for column in columns] == list(range(len(columns)))
    return labels if labels and labels[0] and plain and whole else None


def _text(cells: pa.Array) -> pa.Array:
    """Return what `cell_text` makes of every value."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from collectors.read.cells import EXACT, cell_text

    if pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type):
        cells = cells.cast(pa.string())
        return pc.if_else(pc.equal(cells, ""), None, cells)
    try:
        whole = cells.cast(pa.int64())
    except pa.ArrowInvalid:
        return pa.array(map(cell_text, cells.to_pylist()), pa.string())
    if pc.any(pc.greater(pc.abs(cells), EXACT)).as_py():
        return pa.array(map(cell_text, cells.to_pylist()), pa.string())
    return whole.cast(pa.string())
