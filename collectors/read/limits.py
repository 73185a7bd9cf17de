"""Limits on the size of a file.

What is larger is refused at once, and reported, instead of eating memory and time first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.unreadable import Unreadable

if TYPE_CHECKING:
    from pathlib import Path

MAX_COLUMNS = 2_000
MAX_CELLS = 20_000_000
_MAX_FILE = 256 << 20  # bytes: as Python text it still fits into the child's memory
# "<" signs, some 80,000 rows of six cells: a parsed element takes a kilobyte and up to 0.1 ms
_MAX_TAGS = 1_000_000


def require_size(path: Path) -> None:
    """Refuse a file too large to be read whole."""
    size = path.stat().st_size
    if size > _MAX_FILE:
        raise Unreadable(
            f"文件有 {size >> 20} MB，超过上限 {_MAX_FILE >> 20} MB。请按时间分成几个文件导出。",
            f"The file has {size >> 20} MB, more than {_MAX_FILE >> 20} MB. Export shorter spans.",
        )


def require_few_cells(text: str) -> None:
    """Refuse a text of more lines and separators than a sheet may have cells."""
    lines = text.count("\n") + text.count("\r")
    if lines + max(map(text.count, ",\t;|")) > MAX_CELLS:
        raise Unreadable(
            f"超过 {MAX_CELLS} 个单元格，不是正常的表格。请按时间分成几个文件导出。",
            f"More than {MAX_CELLS} cells: no ordinary table. Export shorter spans.",
        )


def require_few_tags(text: str) -> None:
    """Refuse a page or feed whose tree would not fit into memory and time."""
    if text.count("<") > _MAX_TAGS:
        raise Unreadable(
            f"网页或订阅源的标签超过 {_MAX_TAGS} 个，不是正常的导出。请缩短时间范围后重新导出。",
            f"More than {_MAX_TAGS} tags: no ordinary page. Export a shorter span.",
        )


def too_wide() -> Unreadable:
    """Return the refusal of a table with too many columns."""
    return Unreadable(
        f"一行超过 {MAX_COLUMNS} 列，不是正常的表格。",
        f"A line of more than {MAX_COLUMNS} cells: no ordinary table.",
    )  # fmt: skip
