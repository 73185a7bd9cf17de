"""Find whose figures a platform's export holds, where it says so: in a column, or in a title.

The folder binds an export to its account; a file that names another one, or several, is in the
wrong place.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import normalize

from collectors.match.dress import undressed
from collectors.model import NOTHING
from collectors.read.columnar import column_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from collectors.layout import Layout
    from collectors.model import Grid, Placed

_LABEL = (
    r"(?:(?:发布|所属)?[账帐](?:号|户)|公众号|视频号|抖音号?|头条号?|快手号?|微博|小红书号?|b站|知乎|媒体号)"
    r"(?:名称?|昵称)?|(?:用户|达人)?昵称|号名|accountname|nickname"
)
_IS_LABEL = re.compile(_LABEL)
_IN_TITLE = re.compile(rf"(?:{_LABEL}) *: *([^ ,;|():]+)", re.IGNORECASE)


def named_accounts(
    grid: Grid, layout: Layout, place: Placed, unknown: Mapping[int, str]
) -> tuple[str, ...]:
    """Return the names of accounts that a table of an export bears, each once.

    They are those of the first such column (another may hold the same account's number), else the
    one in the title.
    """
    if layout.sources != ("account",) or place.section_row is not None:
        return ()
    for index, label in unknown.items():
        if _IS_LABEL.fullmatch(undressed(label).bases[0]):
            return tuple(dict.fromkeys(_cells(grid, place, index)))
    titles = [normalize("NFKC", text) for texts in place.titles_in(grid) for text in texts]
    return tuple(found[1] for text in titles if (found := _IN_TITLE.search(text)))[:1]


def _cells(grid: Grid, place: Placed, index: int) -> Iterator[str]:
    """Yield the names in a column; the only cell of a row is a remark, not a name."""
    rows = grid.head[place.data_row : place.end_row]
    cells = [row[index] for row in rows if index < len(row) and len(row) - row.count(None) > 1]
    if grid.body is not None and place.end_row is None:
        cells += column_at(grid.body, index).unique().to_pylist()
    yield from (cell.strip() for cell in cells if cell and cell.strip() not in NOTHING)
