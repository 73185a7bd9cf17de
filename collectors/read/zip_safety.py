"""Look into a workbook's zip before any parser sees it (docs/reliability.md, S1 to S3)."""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from collectors.read.limits import MAX_CELLS
from collectors.unreadable import Unreadable

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

MAX_ENTRIES = 2_000
MAX_BYTES = 200 * 1024 * 1024
MAX_RATIO = 100
_CHUNK = 1 << 20
_TAIL = 512  # a tag or a mark that begins at the end of one chunk is whole in the next window
_CELL = re.compile(
    rb"""<(?:\w+:)?(?:c|dimension)\s[^<]*?\br(?:ef)?\s*=\s*["'](?:[A-Za-z]+[0-9]+:)?([A-Za-z]{1,4})([0-9]{1,8})["']"""
)
# An error (#DIV/0!), and a formula whose result nobody saved: see
# collectors/read/workbook_shown.py.
_NO_RESULT = rb"""\s*(?:</(?:\w+:)?c>|<(?:\w+:)?v(?:\s[^>]*)?(?:/>|>\s*</))"""
_SILENT = re.compile(
    rb"""\bt\s*=\s*["']e["']|(?:</(?:\w+:)?f>|<(?:\w+:)?f(?:\s[^>]*)?/>)""" + _NO_RESULT
)
_MAY_BE_SILENT = (b"<f", b":f", b'"e"', b"'e'")
_MARKS = (b' hidden="1"', b' hidden="true"', b' ht="0"', b' width="0"', b"strike", b"vertAlign")
_LETTERS, _DIGITS = 4, 8  # of one cell's name, at most
_REACH = 6 + _LETTERS + _DIGITS + 1  # <c r="ABCD12345678"
_DECLARATIONS = tuple(
    mark.encode(encoding)
    for mark in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)


@dataclass
class Found:
    """Measures of a package.

    Bytes, cells within the sheets' corners, the parts with cells that a parser leaves empty, whether
    cells may be merged, and whether a sheet may do something to its text.
    """

    size: int = 0
    cells: int = 0
    silent: list[str] = field(default_factory=list)
    has_merged: bool = False
    has_marks: bool = False  # hidden rows or columns, crossed out or raised text


def check_workbook(path: Path) -> Found:
    """Refuse bombs, damage and XML that declares entities; Unreadable says which member and why."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > MAX_ENTRIES:
                raise _refused(f"{len(members)} 个部件 / {len(members)} parts")
            names = [member.filename for member in members]
            if len(set(names)) < len(names):  # one reader takes the first, another the last
                raise _refused("有同名部件 / a part stands twice in it")
            found = Found()
            for member in members:
                _check_member(archive, member, found)
            return found
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise Unreadable(
            f"工作簿的压缩内容损坏或加密（{error}），请重新下载。",
            f"The workbook's zip content is damaged or encrypted ({error}). Download it again.",
        ) from error


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, found: Found) -> None:
    """Inflate one member in chunks, counting real bytes."""
    size, tail, corner, is_silent = 0, b"", (0, 0), False
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if found.size + size > MAX_BYTES or (
                size > _CHUNK and size > MAX_RATIO * max(member.compress_size, 1)
            ):
                raise _refused(f"{member.filename} 解压后过大 / inflates too far")
            window = tail + chunk
            if b"!" in window and any(mark in window for mark in _DECLARATIONS):
                raise _refused(f"{member.filename} 含 DOCTYPE / declares a DOCTYPE")
            found.has_merged = found.has_merged or b"mergeCell" in window
            found.has_marks = found.has_marks or any(mark in window for mark in _MARKS)
            may_be = not is_silent and any(mark in window for mark in _MAY_BE_SILENT)
            is_silent = is_silent or bool(may_be and _SILENT.search(window))
            corner = _larger(corner, _plain_extent(window) or _extent(window))
            tail = window[-_TAIL:]
    widest, lowest = _larger(corner, _extent(tail))
    found.size += size
    found.cells += widest * lowest
    if found.cells > MAX_CELLS:
        raise _refused(
            f"{member.filename} 范围达 {lowest} 行 × {widest} 列 / spans {lowest} x {widest} cells"
        )
    if is_silent:
        found.silent.append(member.filename)


def _larger(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return max(one[0], other[0]), max(one[1], other[1])


def _extent(window: bytes) -> tuple[int, int]:
    """Return the widest column and the lowest row named.

    A sheet may have any name, so every part is looked at.
    """
    found = _CELL.findall(window)
    columns = {letters for letters, _ in found}  # few, while cells are many
    rows = {digits for _, digits in found}
    return max([0, *map(_column, columns)]), max([0, *map(int, rows)])


def _plain_extent(window: bytes) -> tuple[int, int] | None:
    """Do the same ten times as fast where every cell begins `<c r="A1"`.

    None when one is written otherwise.

    Cells that begin within `_REACH` of the end are left for the next window, or for the look at the
    last tail.
    """
    import numpy as np

    if b":c" in window or b"dimension" in window or len(window) <= _REACH:
        return None
    signs = np.frombuffer(window, np.uint8)
    here = np.flatnonzero((signs[:-_REACH] == ord("<")) & (signs[1 : 1 - _REACH] == ord("c"))) + 2
    for sign in b' r="':
        if (signs[here] != sign).any():
            return None
        here += 1
    columns, here = _read_number(signs, here, _LETTERS, ord("A"), 26)
    rows, here = _read_number(signs, here, _DIGITS, ord("0"), 10)
    if not len(here):
        return 0, 0
    return (int(columns.max()), int(rows.max())) if (signs[here] == ord('"')).all() else None


def _read_number(
    signs: np.ndarray, here: np.ndarray, length: int, zero: int, base: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers that begin at the places given, and the places behind them."""
    import numpy as np

    number = np.zeros(len(here), np.int64)
    for _ in range(length):
        digit = signs[here].astype(np.int64) - zero
        known = (digit >= 0) & (digit < base)
        if not known.any():
            break
        # A is 1, 0 is 0
        number = np.where(known, number * base + digit + (base == 26), number)  # noqa: PLR2004
        here = here + known
    return number, here


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _refused(what: str) -> Unreadable:
    zh, _, en = what.partition(" / ")
    return Unreadable(
        f"工作簿结构异常（{zh}），为安全起见不打开。请在 Excel 中另存后再放入。",
        f"Unsafe workbook: {en or zh}. Save it anew in Excel and drop that file.",
    )  # fmt: skip
