"""Text with separators as a grid.

Carefully by the csv module, by columns at once where a text is plain and regular.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections import Counter
from itertools import islice
from typing import Any

from collectors.model import Grid
from collectors.read.columnar import HEAD, WORTH_IT, folded
from collectors.read.limits import MAX_COLUMNS, too_wide
from collectors.unreadable import Unreadable

_END = "\x00"  # cannot stand in the text: decode() refuses NUL
_BLOCK = 8 << 20
_SIGNS = ",\t;|"
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?(?:\r\n|\r|\n)', re.IGNORECASE)
_GROUPED = re.compile(r"\s*\d{1,3}(,\d{3})+\s*")  # one figure, no cells
_TEXT_FORMULA = re.compile(r'="((?:[^"]|"")*)"')
csv.field_size_limit(sys.maxsize)


def delimited_grid(text: str) -> Grid:
    """Read the whole text as CSV; a quote that never closes would swallow every later line unseen."""
    text = text.rstrip("\x1a")  # the end mark of old programs
    named = _SEPARATOR_LINE.match(text)
    sign = named[1] if named else _delimiter(text)
    text = text[named.end() :] if named else text
    grid = by_columns(text, sign) or folded(by_rows(text, sign))
    if (
        max([grid.body.num_columns if grid.body is not None else 0, *map(len, grid.head)])
        > MAX_COLUMNS
    ):
        raise too_wide()
    return grid


def by_rows(text: str, sign: str) -> Grid:
    """Read any text; Unreadable when a quote stays open."""
    dialect: dict[str, Any] = {"delimiter": sign, "skipinitialspace": f'{sign} "' in text}
    if '\\"' in text and _is_escaped(text, dialect):
        dialect |= {"escapechar": "\\", "doublequote": False}
    reader = csv.reader(io.StringIO(f"{text}\n{_END}", newline=""), **dialect)
    rows = [[_as_shown(cell) for cell in row] for row in reader]
    if rows.pop() != [_END]:
        number = len(rows) + 1
        raise Unreadable(
            (
                f"第 {number} 行有引号没有闭合，其后的内容无法分行（下载可能中断）。"
                "请补上引号或重新下载。"
            ),
            f"Row {number} opens a quote that never closes. Mend that line or download it again.",
        )
    return Grid("csv", rows)


def _as_shown(cell: str) -> str | None:
    """Return a cell as Excel shows it: ="0012" is the text 0012."""
    if cell.startswith('="') and (found := _TEXT_FORMULA.fullmatch(cell)):
        return found[1].replace('""', '"') or None
    return cell or None


def _is_escaped(text: str, dialect: dict[str, Any]) -> bool:
    """Return whether quotes inside cells are written with a backslash.

    Then lines have the header's width, and otherwise not all.
    """

    def odd_lines(**more: Any) -> int:  # noqa: ANN401 - of the dialect
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), **dialect, **more) if row]
        return sum(len(row) != len(rows[0]) or any('\\"' in cell for cell in row) for row in rows)

    return odd_lines(escapechar="\\", doublequote=False) < odd_lines()


def by_columns(text: str, sign: str) -> Grid | None:
    """Read what `by_rows` reads, ten times as fast.

    None where the text has quotes or lines of unlike width.

    A blank line is a row of empty cells; those at the end are left out.
    """
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    if '"' in text or ("\r" in text and text.count("\r") != text.count("\r\n")):
        return None
    text = text.rstrip("\r\n")
    start = 0
    for _ in range(HEAD):
        start = text.find("\n", start) + 1
        if not start:
            return None
    if text.count("\n", start) < WORTH_IT:
        return None
    lines = csv.reader(io.StringIO(text[:start], newline=""), delimiter=sign)
    head = [[cell or None for cell in line] for line in lines]
    names = [str(number) for number in range(text[start : text.find("\n", start)].count(sign) + 1)]
    if len(names) == 1:  # a blank line is no line then
        return None
    try:
        body = arrow_csv.read_csv(
            pa.py_buffer(text[start:].encode()),
            arrow_csv.ReadOptions(column_names=names, block_size=_BLOCK),
            arrow_csv.ParseOptions(
                delimiter=sign, quote_char=False, double_quote=False, ignore_empty_lines=False,
            ),
            arrow_csv.ConvertOptions(
                check_utf8=False, column_types=dict.fromkeys(names, pa.string()), null_values=[""],
                strings_can_be_null=True,
            ),
        )  # fmt: skip
    except pa.ArrowInvalid:  # lines of unlike width, a line longer than a block
        return None
    return Grid("csv", head, body=body)


def _delimiter(text: str) -> str:
    """Return the sign that cuts the largest share of its first lines to one width.

    Prose in cells is irregular.

    A share, not a count: under a wrong sign, quoted line breaks fall apart and give more lines.
    """

    def regularity(sign: str) -> tuple[float, int]:
        head = [
            row
            for row in islice(
                csv.reader(io.StringIO(text[:20_000], newline=""), delimiter=sign), 30
            )
            if row
        ]
        if sign == "," and all(len(row) == 1 or _GROUPED.fullmatch(",".join(row)) for row in head):
            return -1.0, 0
        widths = Counter(len(row) for row in head if len(row) > 1)
        return max(
            ((count / len(head), width) for width, count in widths.items()), default=(0.0, 0)
        )

    return max(_SIGNS, key=regularity)
