"""Look into a workbook's zip before any parser sees it (reliability.md S1-S3)."""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import TYPE_CHECKING

from collectors.model import Unreadable

if TYPE_CHECKING:
    from pathlib import Path

MAX_ENTRIES = 2_000
MAX_BYTES = 200 * 1024 * 1024
MAX_RATIO = 100
MAX_CELLS = 20_000_000
_CHUNK = 1 << 20
_TAIL = 512  # a tag or a mark that begins at the end of one chunk is whole in the next window
_CELL = re.compile(
    rb"""<(?:\w+:)?(?:c|dimension)\s[^>]*?\br(?:ef)?\s*=\s*["'](?:[A-Za-z]+[0-9]+:)?([A-Za-z]{1,4})([0-9]{1,8})["']"""
)
_DECLARATIONS = tuple(
    mark.encode(encoding) for mark in ("<!DOCTYPE", "<!ENTITY") for encoding in ("ascii", "utf-16-le", "utf-16-be")
)


def check_workbook(path: Path) -> None:
    """Refuse bombs, damage and XML that declares entities; Unreadable says which member and why."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > MAX_ENTRIES:
                raise _refused(f"{len(members)} 个部件 / {len(members)} parts")
            total = 0
            for member in members:
                total = _check_member(archive, member, total)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise Unreadable(f"工作簿的压缩内容损坏或加密（{error}），请重新下载。",
                         f"The workbook's zip content is damaged or encrypted ({error}). Download it again.") from error  # fmt: skip


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, total: int) -> int:
    """Inflate one member in chunks, counting real bytes; return the new total."""
    size, tail, widest, lowest = 0, b"", 0, 0
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if total + size > MAX_BYTES or (size > _CHUNK and size > MAX_RATIO * max(member.compress_size, 1)):
                raise _refused(f"{member.filename} 解压后过大 / inflates too far")
            window = tail + chunk
            if any(mark in window for mark in _DECLARATIONS):
                raise _refused(f"{member.filename} 含 DOCTYPE / declares a DOCTYPE")
            widest, lowest = _extent(window, widest, lowest)  # a sheet may lie under any name
            tail = window[-_TAIL:]
    if widest * lowest > MAX_CELLS:
        raise _refused(f"{member.filename} 范围达 {lowest} 行 × {widest} 列 / spans {lowest} x {widest} cells")
    return total + size


def _extent(window: bytes, widest: int, lowest: int) -> tuple[int, int]:
    found = _CELL.findall(window)
    columns = {letters for letters, _ in found}  # few, while cells are many
    rows = {digits for _, digits in found}
    return max([widest, *map(_column, columns)]), max([lowest, *map(int, rows)])


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _refused(what: str) -> Unreadable:
    zh, _, en = what.partition(" / ")
    return Unreadable(f"工作簿结构异常（{zh}），为安全起见不打开。请在 Excel 中另存后再放入。",
                      f"Unsafe workbook: {en or zh}. Save it anew in Excel and drop that file.")  # fmt: skip
