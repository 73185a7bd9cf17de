"""Look into a workbook's zip before any parser sees it (reliability.md S1-S3)."""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import TYPE_CHECKING

from collectors.model import Unreadable

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

MAX_ENTRIES = 2_000
MAX_BYTES = 200 * 1024 * 1024
MAX_RATIO = 100
MAX_CELLS = 20_000_000
_CHUNK = 1 << 20
_TAIL = 512  # a tag or a mark that begins at the end of one chunk is whole in the next window
_CELL = re.compile(
    rb"""<(?:\w+:)?(?:c|dimension)\s[^>]*?\br(?:ef)?\s*=\s*["'](?:[A-Za-z]+[0-9]+:)?([A-Za-z]{1,4})([0-9]{1,8})["']"""
)
_LETTERS, _DIGITS = 4, 8  # of one cell's name, at most
_REACH = 6 + _LETTERS + _DIGITS + 1  # <c r="ABCD12345678"
_DECLARATIONS = tuple(
    mark.encode(encoding) for mark in ("<!DOCTYPE", "<!ENTITY") for encoding in ("ascii", "utf-16-le", "utf-16-be")
)


def check_workbook(path: Path) -> bool:
    """Refuse bombs, damage and XML that declares entities; Unreadable says which member and why.

    Returns whether cells may be merged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > MAX_ENTRIES:
                raise _refused(f"{len(members)} 个部件 / {len(members)} parts")
            total, has_merged = 0, False
            for member in members:
                total, merged = _check_member(archive, member, total)
                has_merged |= merged
            return has_merged
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise Unreadable(f"工作簿的压缩内容损坏或加密（{error}），请重新下载。",
                         f"The workbook's zip content is damaged or encrypted ({error}). Download it again.") from error  # fmt: skip


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, total: int) -> tuple[int, bool]:
    """Inflate one member in chunks, counting real bytes; return the new total, and whether it names merged cells."""
    size, tail, widest, lowest, has_merged = 0, b"", 0, 0, False
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if total + size > MAX_BYTES or (size > _CHUNK and size > MAX_RATIO * max(member.compress_size, 1)):
                raise _refused(f"{member.filename} 解压后过大 / inflates too far")
            window = tail + chunk
            if b"!" in window and any(mark in window for mark in _DECLARATIONS):
                raise _refused(f"{member.filename} 含 DOCTYPE / declares a DOCTYPE")
            has_merged |= b"mergeCell" in window
            widest, lowest = _larger((widest, lowest), _plain_extent(window) or _extent(window))
            tail = window[-_TAIL:]
    widest, lowest = _larger((widest, lowest), _extent(tail))
    if widest * lowest > MAX_CELLS:
        raise _refused(f"{member.filename} 范围达 {lowest} 行 × {widest} 列 / spans {lowest} x {widest} cells")
    return total + size, has_merged


def _larger(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return max(one[0], other[0]), max(one[1], other[1])


def _extent(window: bytes) -> tuple[int, int]:
    """Return the widest column and the lowest row named; a sheet may lie under any name, so every part is looked at."""
    found = _CELL.findall(window)
    columns = {letters for letters, _ in found}  # few, while cells are many
    rows = {digits for _, digits in found}
    return max([0, *map(_column, columns)]), max([0, *map(int, rows)])


def _plain_extent(window: bytes) -> tuple[int, int] | None:
    """Do the same ten times as fast where every cell begins `<c r="A1"`; None when one is written otherwise.

    Cells that begin within `_REACH` of the end are left for the next window, or for the look at the last tail.
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
        number = np.where(known, number * base + digit + (base == 26), number)  # noqa: PLR2004 - A is 1, 0 is 0
        here = here + known
    return number, here


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _refused(what: str) -> Unreadable:
    zh, _, en = what.partition(" / ")
    return Unreadable(f"工作簿结构异常（{zh}），为安全起见不打开。请在 Excel 中另存后再放入。",
                      f"Unsafe workbook: {en or zh}. Save it anew in Excel and drop that file.")  # fmt: skip
